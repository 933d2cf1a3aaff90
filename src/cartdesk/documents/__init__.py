"""The same priced cart as words: amounts, receipts, bills, reasons, reviews.

Called by every face; nothing here computes a number, and every text from outside is made safe before it is laid out.
"""
