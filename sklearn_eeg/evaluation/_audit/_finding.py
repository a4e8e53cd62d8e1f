"""What an audit says: one finding a check, and all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

# From what is well to what is not.
VERDICTS = ("clean", "noted", "unknown", "suspect", "convicted")


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes
    ----------
    check : str
    verdict : {"clean", "noted", "unknown", "suspect", "convicted"}
        Nothing was found; a property to be told with the result; what is known does not tell; the
        data allow the result without what it claims to measure; the result is not what it claims.
    evidence : str
    mend : str
        What to do.
    """

    check: str
    verdict: str
    evidence: str
    mend: str = ""


@dataclass(frozen=True, repr=False)
class Audit:
    """What :func:`audit` found.

    Attributes
    ----------
    findings : tuple of Finding
    protocol : str
        The splits, in words.
    """

    findings: tuple
    protocol: str

    @property
    def verdict(self) -> str:
        """The worst of all findings."""
        return max((one.verdict for one in self.findings), key=VERDICTS.index)

    @property
    def passes(self) -> bool:
        """Whether nothing is convicted."""
        return self.verdict != "convicted"

    def to_frame(self) -> pd.DataFrame:
        """One row a finding.

        Returns
        -------
        DataFrame
        """
        return pd.DataFrame([vars(one) for one in self.findings])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "protocol": self.protocol,
            "verdict": self.verdict,
            "findings": [vars(one) for one in self.findings],
        }

    def __getitem__(self, check: str) -> Finding:
        for one in self.findings:
            if one.check == check:
                return one
        raise KeyError(check)

    def __repr__(self):
        width = max(len(one.check) for one in self.findings)
        lines = [f"Audit of {self.protocol}: {self.verdict}"]
        for one in sorted(self.findings, key=lambda one: -VERDICTS.index(one.verdict)):
            lines.append(f"{one.verdict:>9}  {one.check:<{width}}  {one.evidence}")
            if one.mend:
                lines.append(f"{'':>9}  {'':<{width}}  {one.mend}")
        return "\n".join(lines)
