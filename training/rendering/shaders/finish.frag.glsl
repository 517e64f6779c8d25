#version 330
// Darkens corners (ambient occlusion), scales the picture down, and turns light into the values of a picture.
in vec2 place;
out vec4 value;
uniform sampler2D colour;
uniform sampler2D ambient_and_depth;
uniform vec2 pixel;
uniform float focal;
uniform float exposure;
uniform vec3 white_balance;

const int LOOKS = 14;
const float RADIUS_M = 0.075;
const float GOLDEN_ANGLE = 2.399963;

float hash(vec2 p) { return fract(sin(dot(p, vec2(12.9898, 78.233))) * 43758.5453); }

void main() {
    float z = texture(ambient_and_depth, place).a;
    float radius = RADIUS_M * focal / max(z, 0.2);
    float turn = hash(place * 913.0) * 6.28;
    float hidden = 0.0;
    for (int i = 0; i < LOOKS; i++) {
        float k = (float(i) + 0.5) / 14.0;
        float angle = turn + float(i) * GOLDEN_ANGLE;
        vec2 aside = vec2(cos(angle), sin(angle) * 1.3333) * radius * sqrt(k);
        float nearer = z - texture(ambient_and_depth, place + aside).a;
        hidden += step(0.004, nearer) * (1.0 - smoothstep(0.06, 0.22, nearer));
    }
    float open = 1.0 - 0.85 * hidden / 14.0;
    vec3 c = vec3(0);
    vec3 a = vec3(0);
    for (int i = 0; i < 2; i++) for (int j = 0; j < 2; j++) {
        vec2 q = place + (vec2(i, j) - 0.5) * pixel;
        c += texture(colour, q).rgb;
        a += texture(ambient_and_depth, q).rgb;
    }
    c *= 0.25;
    a *= 0.25;
    vec3 x = (c * mix(1.0, open, 0.45) + a * open) * exposure * white_balance;
    x = x * (1.0 + x / 6.0) / (1.0 + x * 0.9) * 1.12;  // a soft shoulder: lamps do not burn out
    value = vec4(pow(clamp(x, 0.0, 1.0), vec3(1.0 / 2.2)), 1);
}
