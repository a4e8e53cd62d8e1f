"""The closed table of what a file may name: nothing else is ever made from one."""

import importlib
import inspect
from functools import cache

from sklearn_eeg._lazy import load as load_path

OURS = (
    "augmentation", "classifiers", "conformal", "decomposition", "features", "montage",
    "preprocessing", "regressors", "spectrogram",
)  # fmt: skip

SKLEARN = {
    "sklearn.calibration": ("CalibratedClassifierCV", "_CalibratedClassifier"),
    "sklearn.compose": ("ColumnTransformer",),
    "sklearn.decomposition": ("PCA", "FastICA", "NMF", "TruncatedSVD"),
    "sklearn.discriminant_analysis": (
        "LinearDiscriminantAnalysis",
        "QuadraticDiscriminantAnalysis",
    ),
    "sklearn.dummy": ("DummyClassifier", "DummyRegressor"),
    "sklearn.ensemble": (
        "ExtraTreesClassifier",
        "ExtraTreesRegressor",
        "RandomForestClassifier",
        "RandomForestRegressor",
    ),
    "sklearn.feature_selection": ("SelectKBest", "SelectFromModel", "VarianceThreshold"),
    "sklearn.impute": ("SimpleImputer",),
    "sklearn.linear_model": (
        "LogisticRegression",
        "LogisticRegressionCV",
        "Ridge",
        "RidgeClassifier",
        "LinearRegression",
        "Lasso",
        "ElasticNet",
    ),
    "sklearn.multiclass": ("OneVsRestClassifier", "OneVsOneClassifier"),
    "sklearn.naive_bayes": ("GaussianNB",),
    "sklearn.neighbors": ("KNeighborsClassifier", "KNeighborsRegressor", "NearestCentroid"),
    "sklearn.neural_network": ("MLPClassifier", "MLPRegressor"),
    "sklearn.pipeline": ("Pipeline", "FeatureUnion"),
    "sklearn.preprocessing": (
        "LabelBinarizer",
        "LabelEncoder",
        "MaxAbsScaler",
        "MinMaxScaler",
        "Normalizer",
        "PowerTransformer",
        "QuantileTransformer",
        "RobustScaler",
        "StandardScaler",
    ),
    "sklearn.svm": ("SVC", "LinearSVC", "SVR", "LinearSVR"),
    "sklearn.tree": (
        "DecisionTreeClassifier",
        "DecisionTreeRegressor",
        "ExtraTreeClassifier",
        "ExtraTreeRegressor",
    ),
}
# Those that learn by heart: kept are what they were given, and fitted again.
BY_HEART = ("sklearn.KNeighborsClassifier", "sklearn.KNeighborsRegressor")
# Not estimators, but made of values: settings that have an ``__init__`` of the same names.
PARTS = {
    "HeldOut": "sklearn_eeg._engine.held_out:HeldOut",
    "Runtime": "sklearn_eeg._engine.runtime:Runtime",
    "Aligned": "sklearn_eeg._engine.objectives:Aligned",
    "DANN": "sklearn_eeg._engine.dann:DANN",
    "AdaBN": "sklearn_eeg._engine.adabn:AdaBN",
    "MLDG": "sklearn_eeg._engine.mldg:MLDG",
}


@cache
def known_types():
    """Every class that may be named, by its name."""
    found = {}
    for package in OURS:
        module = importlib.import_module(f"sklearn_eeg.{package}")
        for name in module.__all__:
            thing = getattr(module, name)
            if inspect.isclass(thing):
                found[name] = thing
    for module, names in SKLEARN.items():
        for name in names:
            found[f"sklearn.{name}"] = getattr(importlib.import_module(module), name)
    return found | {name: load_path(path) for name, path in PARTS.items()}


@cache
def known_names():
    """The name of every such class."""
    return {thing: name for name, thing in known_types().items()}
