"""The tools every room uses: clock, errors, ids, exact grams. No models, no business."""
