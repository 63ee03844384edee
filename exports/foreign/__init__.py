"""Models that others have made, read without running anything of them: ONNX, and tables of weights in safetensors."""
