"""XLSForm as others read it: pyxform says whether a form is one."""
