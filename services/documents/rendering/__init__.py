"""From data to documents: DOCX from templates, PDF through LibreOffice, spreadsheets."""
