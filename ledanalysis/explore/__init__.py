"""The explorer: views of the figures that answer to a click, in JupyterLab and as a page in the hall."""
