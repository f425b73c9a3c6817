"""The files of a site besides its pages."""
