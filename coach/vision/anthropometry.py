"""How a woman's trunk is built: the lengths that the back's model needs, and where they come from.

Lengths are shares of the stature H unless said otherwise. Joint centres are what pose networks report; skin
points are what a hand touches.

=====================  =======  ==================================================================================
what                   share    where from
=====================  =======  ==================================================================================
C7 to L5 on the skin   0.285    cervicale height 0.86 H less the height of the L5 spinous process 0.585 H (two
                                fingers below the iliac crests, 0.60 H) is 0.275 H upright; the skin line over
                                kyphosis and lordosis is 3 to 4 % longer than its chord. Heights: ANSUR II, women
                                (Gordon et al., NATICK/TR-15/007, 2014: cervicale height, iliocristale height).
trunk                  0.270    shoulder height 0.818 H less hip height 0.530 H (Drillis & Contini 1966, in Winter,
                                Biomechanics and Motor Control of Human Movement) is 0.288 H standing; sitting
                                flexes pelvis and loins, which brings the joints about 2 cm closer.
shoulder joints        0.195    biacromial breadth of women 0.225 H (ANSUR II; Pheasant, Bodyspace), less about
                                2.5 cm a side from acromion to the joint's centre.
hip joints             0.110    distance of the hip joints' centres, about 0.11 H (Bell et al. 1990 by way of the
                                inter-ASIS distance).
C7 above the           0.059    cervicale height less acromion height 0.818 H is 0.042 H; the joint's centre lies
shoulder joints                 about 3 cm below the acromion.
L5 above the hips      0.059    0.585 H less 0.530 H.
C7 behind the joints   0.031    half the neck's depth and the joint plane's place in the chest's depth (Pheasant).
L5 behind the hips     0.050    trochanter to back of buttock less the hollow of the loins (Pheasant).
=====================  =======  ==================================================================================

The shares are rounded, and those of the last four rows put together from several dimensions; the tables were
not re-read for them. They were checked against the bodies of rendered women and not fitted to them: none is off
by more than 1.5 cm there, save the hips' distance, which the renderer has 2.5 cm wider.
"""

from __future__ import annotations

C7_TO_L5 = 0.285
"""Length on the skin from C7 to L5 over the stature: turns `receiver_height_cm` into the back length."""

_BACK = C7_TO_L5
TRUNK = 0.270 / _BACK
SHOULDER_JOINTS = 0.195 / _BACK
HIP_JOINTS = 0.110 / _BACK
C7_ABOVE_SHOULDERS = 0.059 / _BACK
L5_ABOVE_HIPS = 0.059 / _BACK
C7_BEHIND_SHOULDERS = 0.031 / _BACK
L5_BEHIND_HIPS = 0.050 / _BACK
"""The same lengths over the back length C7 to L5, the unit of the torso's model."""

SHAPE_SD = (0.06, 0.12, 0.06)
"""How women differ in shoulder distance, hip distance and trunk length over back length (relative standard
deviations): coefficients of variation of 4 to 5 % a length (ANSUR II) with correlations of about 0.4 between
breadths and lengths; the hips' twice that, since joints lie deep and networks place them by habit."""

KYPHOSIS_DEG, LORDOSIS_DEG = 45.0, 25.0
"""Angles between the tangents at the ends of the thoracic and of the lumbar curve, sitting at ease (thoracic
kyphosis 40 to 50°; lumbar lordosis about half of the 45 to 50° of standing: De Carvalho et al. 2010)."""

THORACIC_SHARE = 0.62
"""Of the line from C7 to L5: T1 to T12 against L1 to L5 (vertebral heights, e.g. Gilad & Nissan 1986)."""

THUMB_HEIGHT_CM = 1.0
"""How far the middle of a pressing thumb lies off the skin: half the thumb's depth of 1.8 to 2 cm (Pheasant)."""


def back_length_cm(receiver_height_cm: float) -> float:
    """Length of the back from C7 to L5 along the skin, cm."""
    return C7_TO_L5 * receiver_height_cm
