"""What a competent person would write without this project; the only place where its tools are imported."""
