"""Units of a potential."""

VOLTS_TO_MICROVOLTS = 1e6
# Each unit in microvolts.
MICROVOLTS = {"uV": 1.0, "mV": 1e3, "V": VOLTS_TO_MICROVOLTS}
SPELLINGS = {"µV": "uV", "μV": "uV", "microvolt": "uV", "millivolt": "mV", "volt": "V"}
SPELLINGS |= {f"{name}s": unit for name, unit in SPELLINGS.items() if name.endswith("volt")}
SPELLINGS |= {"uv": "uV", "mv": "mV", "v": "V"}
