"""The one list of data sets: data only, a loader is imported when it is used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sklearn_eeg._lazy import load
from sklearn_eeg._near import Named


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A data set by its name.

    Parameters
    ----------
    description : str
        In one line.
    loader : str
        Path of its function, ``"module:name"``.
    source : str, default=None
        Whom to name wherever results from it are shown; ``None``: it is made here.
    licence : str, default=None
    page : str, default=None
        Address of the page on which it is described, and requested where it is under licence.
    on_disk : bool, default=True
        Whether its loader takes ``path``; one that simulates takes ``random_state``.
    downloads : bool, default=False
        Whether its loader takes ``download``.
    settings : mapping, default={}
        What else the loader is given, unless another ``kind`` is asked for.
    ceiling : float, default=None
        Accuracy on single trials that no classifier passes in the long run, of what is simulated.
    confounds : tuple of str, default=()
        What goes along with the label by design, and can be learnt in its place, a sentence each.
    """

    description: str
    loader: str
    source: str | None = None
    licence: str | None = None
    page: str | None = None
    on_disk: bool = True
    downloads: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    ceiling: float | None = None
    confounds: tuple[str, ...] = ()

    def load(self, **settings):
        """Trials and labels."""
        kind = self.settings.get("kind")
        own = self.settings if settings.get("kind", kind) == kind else {}
        return load(self.loader)(**{**own, **settings})

    @property
    def credit(self):
        """Source and licence in one sentence, or ``None``."""
        return None if self.source is None else f"{self.source}; {self.licence}."


_ENTRIES = {
    "simulated": Dataset(
        description="18 simulated subjects, 15 films of 20 s, three emotions in the band power of "
        "regions",
        loader="sklearn_eeg.datasets._simulated:make_emotion_trials",
        on_disk=False,
        settings={"n_subjects": 18},
        ceiling=0.85,
    ),
    "simulated-interaction": Dataset(
        description="the same, emotions in which regions gain or lose power together: no line on "
        "band power sees them",
        loader="sklearn_eeg.datasets._simulated:make_emotion_trials",
        on_disk=False,
        settings={"n_subjects": 18, "effect": "interaction"},
        ceiling=0.94,
    ),
    "simulated-time-course": Dataset(
        description="the same, emotions in the order in which power passes through the regions",
        loader="sklearn_eeg.datasets._simulated:make_emotion_trials",
        on_disk=False,
        settings={"n_subjects": 18, "effect": "time course"},
        ceiling=0.90,
    ),
    "simulated-coherence": Dataset(
        description="the same, emotions in which regions share a rhythm",
        loader="sklearn_eeg.datasets._simulated:make_emotion_trials",
        on_disk=False,
        settings={"n_subjects": 18, "effect": "coherence"},
        ceiling=0.87,
    ),
    "eegmat": Dataset(
        description="rest and mental arithmetic, up to 36 subjects, trials of 20 s (PhysioNet, "
        "190 MB)",
        loader="sklearn_eeg.datasets._eegmat:load_eegmat",
        source="EEG During Mental Arithmetic Tasks 1.0.0, Zyma et al. (2019), Data 4(1):14, "
        "doi:10.3390/data4010014, from PhysioNet",
        licence="Open Data Commons Attribution License v1.0",
        page="https://physionet.org/content/eegmat/1.0.0/",
        downloads=True,
        confounds=(
            "rest was always recorded before arithmetic, so whatever changes in the course of a "
            "session tells the label too.",
            "each label is one recording of a subject, so whatever differs between two "
            "recordings tells it too.",
        ),
    ),
    "seed": Dataset(
        description="three emotions in films, 15 subjects in three sessions, 62 electrodes; or "
        "published features (on request)",
        loader="sklearn_eeg.datasets._seed:load_seed",
        source="SEED, Zheng & Lu (2015), IEEE Transactions on Autonomous Mental Development "
        "7(3):162-175, doi:10.1109/TAMD.2015.2431497",
        licence="academic research by those who signed the agreement, not to be passed on",
        page="https://bcmi.sjtu.edu.cn/home/seed/seed.html",
        confounds=(
            "all subjects saw the same 15 films in the same order, in each session again: a "
            "model can recognise a film, or its place in the session, in place of an emotion.",
            "films differ in length: where trials are padded to one length, the length alone "
            "tells the emotion of most films.",
        ),
    ),
    "seed-iv": Dataset(
        description="four emotions in films, 15 subjects in three sessions, 62 electrodes; or "
        "published features, of eyes too (on request)",
        loader="sklearn_eeg.datasets._seed_iv:load_seed_iv",
        source="SEED-IV, Zheng, Liu, Lu, Lu & Cichocki (2019), IEEE Transactions on Cybernetics "
        "49(3):1110-1122, doi:10.1109/TCYB.2018.2797176",
        licence="academic research by those who signed the agreement, not to be passed on",
        page="https://bcmi.sjtu.edu.cn/home/seed/seed-iv.html",
        confounds=(
            "all subjects saw the same 24 films in the same order in a session: a model can "
            "recognise a film, or its place in the session, in place of an emotion.",
            "films differ in length, which trials that are padded to one length show.",
        ),
    ),
    "mped": Dataset(
        description="seven emotions in films, 23 subjects, published features of 62 electrodes "
        "(on request)",
        loader="sklearn_eeg.datasets._mped:load_mped",
        source="MPED, Song, Zheng, Lu, Zong, Zhang & Cui (2019), IEEE Access 7:12177-12191, "
        "doi:10.1109/ACCESS.2019.2891579",
        licence="academic research by those who signed the agreement, not to be passed on",
        page="https://github.com/tengfei000/mped",
        confounds=(
            "all subjects saw the same 28 films in the same order: a model can recognise a "
            "film, or its place in the session, in place of an emotion.",
        ),
    ),
    "seed-v": Dataset(
        description="five emotions by 45 films, 16 subjects in 3 sessions: entropies of bands, "
        "recordings, eye movements (SEED-V)",
        loader="sklearn_eeg.datasets._seed_v:load_seed_v",
        source="SEED-V, Liu, Qiu, Zheng & Lu (2022), IEEE TCDS 14(2), "
        "doi:10.1109/TCDS.2021.3071170, from the BCMI laboratory of Shanghai Jiao Tong University",
        licence="for academic research under its signed agreement, not to be passed on",
        page="https://bcmi.sjtu.edu.cn/home/seed/seed-v.html",
        settings={"kind": "raw", "resample": 200},
        confounds=(
            "all subjects saw the same 15 films in the same order in a session: a model can "
            "recognise a film, or its place in the session, in place of an emotion.",
            "films differ in length: where trials are padded to one length, the length alone "
            "tells the emotion of most films.",
        ),
    ),
    "seed-vii": Dataset(
        description="seven emotions by 80 films, 20 subjects in 4 sessions: features of bands, "
        "signals, recordings, eye movements, continuous labels (SEED-VII)",
        loader="sklearn_eeg.datasets._seed_vii:load_seed_vii",
        source="SEED-VII, Jiang, Liu, Zheng & Lu (2025), IEEE Transactions on Affective Computing "
        "16(2), doi:10.1109/TAFFC.2024.3485057, from the BCMI laboratory of Shanghai Jiao Tong "
        "University",
        licence="for academic research under its signed agreement, not to be passed on",
        page="https://bcmi.sjtu.edu.cn/home/seed/seed-vii.html",
        settings={"kind": "preprocessed"},
        confounds=(
            "all subjects saw the same 20 films in the same order in a session: a model can "
            "recognise a film, or its place in the session, in place of an emotion.",
            "films differ in length, which trials that are padded to one length show.",
        ),
    ),
    "hms": Dataset(
        description="six patterns of harmful brain activity and the votes of experts, 1,950 "
        "patients in intensive care, windows of 50 s",
        loader="sklearn_eeg.datasets._hms:load_hms",
        source="HMS - Harmful Brain Activity Classification, Jing et al. (2024), Kaggle; Jing et "
        "al. (2023), Neurology 100(17):e1750, doi:10.1212/WNL.0000000000207127",
        licence="the rules of the challenge",
        page="https://www.kaggle.com/competitions/hms-harmful-brain-activity-classification",
        confounds=(
            "rows of one recording overlap and mostly share their votes, so they are hardly "
            "more than one observation.",
            "samples with few votes and with many are two populations, and seizures are almost "
            "only among the first.",
        ),
    ),
    "deap": Dataset(
        description="32 subjects, 40 music videos of 60 s, ratings of valence, arousal, dominance "
        "and liking",
        loader="sklearn_eeg.datasets._deap:load_deap",
        source="DEAP, Koelstra et al. (2012), IEEE Transactions on Affective Computing 3(1):18-31, "
        "doi:10.1109/T-AFFC.2011.15",
        licence="end-user licence agreement, for academic research",
        page="https://www.eecs.qmul.ac.uk/mmv/datasets/deap/",
        confounds=(
            "all subjects watched the same 40 music videos, so a model can recognise a video in "
            "place of how it was rated.",
        ),
    ),
    "dreamer": Dataset(
        description="23 subjects, 18 film clips, a wireless cap, ratings of valence, arousal and "
        "dominance",
        loader="sklearn_eeg.datasets._dreamer:load_dreamer",
        source="DREAMER, Katsigiannis & Ramzan (2018), IEEE Journal of Biomedical and Health "
        "Informatics 22(1):98-107, doi:10.1109/JBHI.2017.2688239",
        licence="conditions of use of the authors, on request",
        page="https://zenodo.org/records/546113",
        confounds=(
            "all subjects watched the same 18 films, so a model can recognise a film in place "
            "of how it was rated.",
        ),
    ),
    "amigos": Dataset(
        description="40 subjects, 16 short and 4 long film clips, a wireless cap, ratings of "
        "arousal, valence and more",
        loader="sklearn_eeg.datasets._amigos:load_amigos",
        source="AMIGOS, Miranda-Correa et al. (2021), IEEE Transactions on Affective Computing "
        "12(2):479-493, doi:10.1109/TAFFC.2018.2884461",
        licence="end-user licence agreement, for academic research",
        page="https://www.eecs.qmul.ac.uk/mmv/datasets/amigos/",
        confounds=(
            "all subjects watched the same films, so a model can recognise a film in place of "
            "how it was rated.",
        ),
    ),
    "mahnob": Dataset(
        description="27 subjects, up to 20 film clips, ratings of valence, arousal, control and "
        "predictability, words for emotions (MAHNOB-HCI)",
        loader="sklearn_eeg.datasets._mahnob:load_mahnob",
        source="MAHNOB-HCI, Soleymani et al. (2012), IEEE Transactions on Affective Computing "
        "3(1):42-55, doi:10.1109/T-AFFC.2011.25",
        licence="end-user licence agreement, for academic research",
        page="https://mahnob-db.eu/hci-tagging/",
        confounds=(
            "all subjects watched the same 20 films, so a model can recognise a film in place "
            "of how it was rated.",
        ),
    ),
    "faced": Dataset(
        description="123 subjects, 28 film clips of nine emotions, the last 30 s of each, ratings",
        loader="sklearn_eeg.datasets._faced:load_faced",
        source="FACED, Chen et al. (2023), Scientific Data 10:740, doi:10.1038/s41597-023-02650-w",
        licence="terms of Synapse; CC BY 4.0 of the copy in BIDS, nm000112 of NEMAR",
        page="https://www.synapse.org/Synapse:syn50614194",
        confounds=(
            "all subjects watched the same 28 films, so a model can recognise a film in place "
            "of an emotion.",
            "films came in blocks of four of one valence, so slow drift tells the valence.",
        ),
    ),
}
DATASETS = Named(
    "DATASETS", "Data set by name: its loader, source, licence and known confounds.", _ENTRIES
)
