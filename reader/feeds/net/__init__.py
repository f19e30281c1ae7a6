"""Network access: one polite request at a time per host, only to public addresses, with limits on time and size."""
