"""What other programs read in a photo, and where they disagree. Nothing is ever written here.

`photo` reads what each file says, `programs` holds one table for each program, `seen` applies a
table to a photo, `causes` tells why a program lacks a keyword, and `findings` what to do about it.
"""
