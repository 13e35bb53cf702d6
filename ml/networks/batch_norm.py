"""Batch norm by TensorFlow's fused kernel, which reads a picture's activations twice where Keras' own layer makes a pass for every operation.

The same numbers; with Keras' own a step of DeepDog takes 1.3 to 1.6 times as long (`ml/benchmarks/training_step.py`).
"""

import keras
from keras import layers


@keras.saving.register_keras_serializable("deepdog")
class BatchNorm(layers.BatchNormalization):  # type: ignore[misc]
    """Keras' layer in all but speed: fused while training on TensorFlow over (batch, height, width, channels), Keras' own otherwise."""

    def call(
        self, inputs: keras.KerasTensor, training: bool | None = None, mask: keras.KerasTensor | None = None
    ) -> keras.KerasTensor:
        """Normalise float32 (batch, height, width, channels); while training, remember the statistics unless it is frozen."""
        if not training or not self._is_fusible(inputs):
            return super().call(inputs, training=training, mask=mask)
        return self._frozen(inputs) if not self.trainable else self._by_batch(inputs)

    def _is_fusible(self, inputs: keras.KerasTensor) -> bool:
        return (
            keras.backend.backend() == "tensorflow"
            and len(inputs.shape) == 4
            and self.axis in (-1, 3)
            and inputs.dtype == "float32"
            and self.scale
            and self.center
            and not self.renorm
            and not self.synchronized
        )

    def _by_batch(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        import tensorflow as tf  # here, since on JAX there may be none

        outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            inputs, self.gamma, self.beta, epsilon=self.epsilon, is_training=True
        )
        # The kernel gives the variance over N - 1, Keras remembers that over N.
        count = tf.cast(tf.size(inputs) // inputs.shape[-1], tf.float32)
        variance *= (count - 1) / count
        for remembered, of_batch in ((self.moving_mean, mean), (self.moving_variance, variance)):
            remembered.assign(remembered * self.momentum + of_batch * (1 - self.momentum))
        return outputs

    def _frozen(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        import tensorflow as tf

        outputs, *_ = tf.compat.v1.nn.fused_batch_norm(
            inputs,
            self.gamma,
            self.beta,
            mean=self.moving_mean,
            variance=self.moving_variance,
            epsilon=self.epsilon,
            is_training=False,
        )
        return outputs
