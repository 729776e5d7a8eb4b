"""What belongs where on a page: roles, copies, links between blocks, and the reading that follows from them.

Nothing here changes a page. The rules of `cleaner.normalizers` turn a `Reading` into changes.
"""
