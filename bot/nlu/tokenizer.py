"""Chinese words by jieba, with the words of Party affairs kept whole."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.jieba_tokenizer import JiebaTokenizer
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.training_data.message import Message


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class ChineseTokenizer(JiebaTokenizer):
    """Rasa's jieba tokenizer without white-space tokens; retrained when a dictionary changes."""

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Hash the dictionaries: without it an edited one is packed from Rasa's cache."""
        folder = config.get("dictionary_path")
        if not folder:
            return None
        digest = hashlib.sha256()
        for file in sorted(Path(folder).glob("*")):
            digest.update(file.read_bytes())
        return digest.hexdigest()

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Cut a message into words."""
        return [token for token in super().tokenize(message, attribute) if token.text.strip()]
