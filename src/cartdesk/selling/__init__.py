"""What one may do to a cart: pure functions from a cart to a cart, the rules, and the checkout.

``desk`` calls these and keeps what they return; nothing here touches a screen, a file, a clock or the network.
"""
