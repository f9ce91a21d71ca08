"""Pure methods: frames and values in, values out. No input or output, no database, no clock."""
