"""Renders two people and a massage, with the exact truth: for pictures to learn from and clips to measure with.

Units are metres and degrees unless a name says otherwise. Axes: z is up, a body in its rest pose faces -y, its left is
+x. The receiver sits at the origin with her back to +y, so cameras stand at positive y.
"""
