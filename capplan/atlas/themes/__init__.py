"""What thematic maps show, each computed from the plan's tables alone: flows, latency, power, green electricity, demand."""
