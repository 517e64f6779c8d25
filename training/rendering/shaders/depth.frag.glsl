#version 330
// Cuts clothes and hair out of their helper meshes, and takes away the skin that clothes cover.
#include <materials>
in vec3 rest_place;
in float arm;
uniform int material;
uniform vec4 cuts;       // heights of neck, hem and waist, and x of the shoulder, in the rest pose
uniform int top;
uniform int bottom;
uniform float sleeve;    // where a short sleeve ends, see `along_arm`
uniform vec4 hair_cut;   // x: hair below this height is cut off

const int TSHIRT = 1, TANK = 2, BRA = 3, LONG_SLEEVES = 5, TOWEL = 6;
const float LONG_SLEEVE = 1.93;

bool in_top(vec3 r, float at, int kind, float margin) {
    if (kind == 0) return false;
    if (kind == TSHIRT || kind == LONG_SLEEVES) {
        if (at >= 0.0) return at < (kind == LONG_SLEEVES ? LONG_SLEEVE : sleeve) + margin * 2.0;
        float from_middle = length(vec2(r.x, r.y * 0.6)) / (cuts.w * 0.5);
        float neckline = cuts.x - 0.026 + 0.012 * min(from_middle, 1.0) - (r.y < -0.05 ? 0.02 : 0.0);
        return r.z > cuts.y - margin && r.z < neckline + margin;
    }
    if (at >= 0.0) return false;
    if (kind == TANK) {
        if (r.z < cuts.y - margin) return false;
        float straps_begin = cuts.x - 0.115;
        if (r.z < straps_begin + margin) return abs(r.x) < cuts.w * 1.02 + margin;
        float aside = abs(r.x);
        return aside > cuts.w * 0.42 - margin && aside < cuts.w * 0.74 + margin && r.z < cuts.x + margin;
    }
    if (kind == BRA) {
        float band = cuts.x - 0.185;
        float half_height = (r.y < -0.03) ? 0.075 : 0.018;  // cups in front
        if (abs(r.z - band + (half_height > 0.05 ? 0.02 : 0.0)) < half_height + margin) return true;
        float aside = abs(r.x);
        return abs(aside - cuts.w * 0.5) < 0.009 + margin && r.z > band && r.z < cuts.x + 0.02;
    }
    if (kind == TOWEL) return r.z > cuts.y - 0.02 - margin && r.z < cuts.z + 0.05 + margin;
    return false;
}

bool in_bottom(vec3 r, float at, int kind, float margin) {
    return kind != 0 && at < 0.0 && r.z < cuts.z + margin;
}

void main() {
    vec3 r = rest_place;
    if (material == SKIN && (in_top(r, arm, top, -0.012) || in_bottom(r, arm, bottom, -0.02))) discard;
    if (material == HAIR && r.z < hair_cut.x + 0.006 * sin(r.x * 300.0) + 0.004 * sin(r.y * 410.0)) discard;
    if (material == TOP && !in_top(r, arm, top, 0.0)) discard;
    if (material == BOTTOM && !in_bottom(r, arm, bottom, 0.0)) discard;
}
