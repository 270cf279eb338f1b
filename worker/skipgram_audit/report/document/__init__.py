"""A report as one document: sections of paragraphs, tables and pictures, built once and written as PDF, HTML, Markdown.

``build`` makes the Document, ``pdf``, ``html`` and ``markdown`` write it. Texts in it are plain: no form takes any of
their characters for markup.
"""
