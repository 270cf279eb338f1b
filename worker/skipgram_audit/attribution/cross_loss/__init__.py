"""Cross-loss influence for any torch module: which training examples push a function of the trained parameters up?"""
