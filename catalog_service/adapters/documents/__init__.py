"""Orders as documents: tables for a spreadsheet, pages for a printer."""
