"""Encoders: text to unit vectors, behind one port.

Adapters: bge (onnxruntime), static (numpy), sentence_transformers (an extra).
"""
