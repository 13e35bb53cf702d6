"""SSDLite on MobileNet V2, the detector to compare DeepDog's with: the same photos, boxes, views and steps, ImageNet's weights to start from.

deepdog train PHOTOS --task detect --extra PASTED --recipe ssdlite_mobilenet_v2 --start mobilenet_v2_1.0_224_quant.tflite --out runs/ssdlite
"""

from dataclasses import replace

from ml.recipes import detector

RECIPE = replace(detector.RECIPE, network="ssdlite_mobilenet_v2", alpha=1.0)
