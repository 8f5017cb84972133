"""What is done, what is not and why, and what it costs: for the terminal and for the page."""
