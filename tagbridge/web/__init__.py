"""The local web page: what was done, what would be, and every decision about it.

Nothing of it is imported before a page is served.
"""
