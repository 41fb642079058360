// An empty translation unit: the owner of the precompiled header.
