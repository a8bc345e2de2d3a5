"""Views of the page, one a module; each names the tables that it needs and gives what its script draws."""
