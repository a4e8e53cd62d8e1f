"""Mel spectrograms in decibels against librosa and torch.stft with a filter bank."""

import numpy as np
import torch

from benchmarks.measure import compare, peak_mib
from sklearn_eeg._mel import mel_filters
from sklearn_eeg.spectrogram import MelSpectrogram

N_FFT, HOP, N_MELS, F_MIN, F_MAX, SFREQ = 512, 50, 64, 0.5, 40.0, 200


def rows(quick):
    clips = 8 if quick else 64
    x = np.random.default_rng(0).standard_normal((clips, 19, 10_000)).astype(np.float32)
    mel = MelSpectrogram(N_FFT, None, HOP, N_MELS, F_MIN, F_MAX, sfreq=SFREQ, n_jobs=2).fit(x)
    bank = torch.from_numpy(mel_filters(SFREQ, N_FFT, N_MELS, F_MIN, F_MAX)).float()

    def with_librosa():
        import librosa

        power = librosa.feature.melspectrogram(
            y=x, sr=SFREQ, n_fft=N_FFT, hop_length=HOP, pad_mode="reflect", n_mels=N_MELS,
            fmin=F_MIN, fmax=F_MAX, htk=True, norm=None,
        )  # fmt: skip
        return librosa.power_to_db(power, top_db=None)

    def with_torch():
        window = torch.hann_window(N_FFT)
        flat = torch.from_numpy(x).reshape(-1, x.shape[-1])
        spectrum = torch.stft(flat, N_FFT, HOP, window=window, return_complex=True)
        return 10 * torch.log10((bank @ spectrum.abs() ** 2).clamp(min=1e-10))

    work = f"mel dB, {clips} x 19 channels x 50 s"
    memory = f"{peak_mib(lambda: mel.transform(x)):.0f} MiB with the result"
    yield from compare(
        work, lambda: mel.transform(x), {"librosa": with_librosa, "torch.stft": with_torch},
        rounds=3, note=memory,
    )  # fmt: skip
