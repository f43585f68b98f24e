def invoice(total: int, rate: float) -> int:
    """Cents, rounded half up."""
    return int(total * (1 + rate) + 0.5)


def refund(total: int) -> int:
    """Never more than was paid."""
    return max(0, total)
