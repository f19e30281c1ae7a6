"""The network: one polite request at a time to each host, to public addresses only, with limits on time and size."""
