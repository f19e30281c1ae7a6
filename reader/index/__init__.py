"""Articles to what a query finds: the disposable database, how it is kept up to date, and how it is asked."""
