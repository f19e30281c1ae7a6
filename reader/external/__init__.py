"""Programs started on behalf of the user: browsers, editors and pipes."""
