"""How a model judged photos, as cells of a table."""

from ml import metrics


def verdict_cells(scores: metrics.Scores, positives: metrics.Positives, threshold: float) -> list[str]:
    """Return AUC, recall and false alarms at the threshold, and recall at 1 % false alarms."""
    said = scores >= threshold
    return [
        f"{metrics.auc(scores, positives):.4f}",
        f"{said[positives].mean():.3f}",
        f"{100 * said[~positives].mean():.2f} %",
        f"{metrics.recall_at(scores, positives, metrics.FALSE_ALARMS):.3f}",
    ]
