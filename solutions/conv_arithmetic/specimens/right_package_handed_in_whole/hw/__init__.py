from .answers import *
