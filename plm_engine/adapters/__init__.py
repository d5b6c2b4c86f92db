"""What learning leaves behind: adapters and soft prompts, on disk and as the graph takes them."""
