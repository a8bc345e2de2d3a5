"""Files that others go on working with: tables, workbook, GIS layers, and folders replaced as a whole or not at all."""
