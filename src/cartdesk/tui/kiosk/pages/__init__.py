"""The kiosk's pages: each makes the sheet that it shows and answers what is touched on it; none of them knows a widget."""
