"""The claims of the cross-loss paper (Silva, Chopra and Gombolay 2020, arXiv 2012.01685), tested by retraining."""
