"""Reading of files into index records, in this process and in others."""
