#version 420
// Materials and light. Second output: the ambient part (rgb), which corners will darken, and the depth (a).
layout(early_fragment_tests) in;
#include <materials>
in vec3 world;
in vec3 world_normal;
in vec3 rest_place;
in vec2 texture_place;
in float arm;
in vec4 in_lamp;
in float depth;
layout(location = 0) out vec4 colour;
layout(location = 1) out vec4 ambient_and_depth;

uniform int material;
uniform vec3 colour_a;
uniform vec3 colour_b;
uniform vec3 hair_colour;
uniform vec4 hair_cut;   // y: height of the hairline at the nape, z: its slope, w: 1 with hair
uniform float seed;
uniform float pattern;   // of a top: 1 stripes, 2 spots, 3 a repeating print, 4 a picture on the back; of a prop: 1 grain
                         // of wood; of hair: 1 a scarf; of skin: how strong a tattoo is
uniform float oil;       // of skin: 0 dry to 1
uniform vec3 on_wrist;   // a watch or bracelet: from and to along the arm, side (1 left, -1 right, 0 both)
uniform vec3 wrist_colour;
uniform vec3 eye;
uniform vec3 lamp;
uniform vec3 lamp_colour;
uniform vec3 fill;
uniform vec3 fill_colour;
uniform vec3 sky;
uniform vec3 ground;
uniform sampler2DShadow shadow_map;
uniform sampler2D masks;       // of the body: r lips, ears, face; g nails; b eyelids
uniform sampler2D backdrop;
uniform sampler3D noise_cube;

const float SHADOW_BIAS = 0.0012;
const float SHADOW_BLUR = 1.1 / 1536.0;  // about a pixel of the map

float hash(vec3 p) {
    p = fract(p * vec3(0.1031, 0.1030, 0.0973));
    p += dot(p, p.yzx + 33.33);
    return fract((p.x + p.y) * p.z);
}
vec4 noise4(vec3 p) { return texture(noise_cube, p / 64.0); }
float noise(vec3 p) { return texture(noise_cube, p / 64.0).r; }
float cloud(vec3 p) { vec4 a = noise4(p); return 0.6 * a.r + 0.4 * noise4(p * 2.3 + 7.0).g; }
vec4 cloud4(vec3 p) { return 0.6 * noise4(p) + 0.4 * noise4(p * 2.3 + 7.0).gbar; }

float lit() {
    vec3 q = in_lamp.xyz / in_lamp.w * 0.5 + 0.5;
    if (q.z > 1.0 || min(q.x, q.y) < 0.002 || max(q.x, q.y) > 0.998) return 1.0;
    float e = SHADOW_BLUR;
    float z = q.z - SHADOW_BIAS;
    float sum = texture(shadow_map, vec3(q.xy + vec2(e, e * 0.4), z))
              + texture(shadow_map, vec3(q.xy + vec2(-e * 0.4, e), z))
              + texture(shadow_map, vec3(q.xy + vec2(-e, -e * 0.4), z))
              + texture(shadow_map, vec3(q.xy + vec2(e * 0.4, -e), z));
    return sum * 0.25;
}

float strands(float angle, float height, float fine, float finer, float along, float along_finer) {
    return noise(vec3(angle * fine, height * along, seed)) * 0.6
         + noise(vec3(angle * finer, height * along_finer, seed + 3.0)) * 0.4;
}

void main() {
    vec3 n = normalize(world_normal);
    vec3 v = normalize(eye - world);
    if (dot(n, v) < 0.0 && material != SKIN) n = -n;
    vec3 albedo = colour_a;
    float specular = 0.0, gloss = 20.0;
    float wrap = 0.0;                 // how far light bends round an edge
    vec3 under_skin = vec3(0);
    vec3 r = rest_place;

    if (material == SKIN) {
        vec3 place = r * 1.0 + seed;
        vec4 fine = noise4(place * 90.0), finest = noise4(place * 230.0);
        albedo = colour_a * (0.90 + 0.2 * cloud4(place * 14.0).r) * (0.965 + 0.07 * fine.r) * (0.975 + 0.05 * finest.r);
        albedo = mix(albedo, albedo * vec3(1.08, 0.86, 0.84), smoothstep(0.42, 0.7, noise4(place * 7.0 + 4.0).g) * 0.5);
        float mole = smoothstep(0.93, 0.97, noise4(place * 46.0 + 11.0).b);
        albedo *= 1.0 - 0.25 * mole * step(arm, 1.9);
        vec3 mask = texture(masks, vec2(texture_place.x, 1.0 - texture_place.y)).rgb;
        albedo = mix(albedo, colour_b, mask.r * 0.75);
        albedo = mix(albedo, albedo * vec3(1.12, 1.0, 1.0) + 0.05, mask.g * 0.8);
        albedo = mix(albedo, colour_b * 0.7, mask.b * 0.5);
        float above_hairline = r.z - hair_cut.y - hair_cut.z * (0.02 - r.y) + 0.012 * (noise(r * 70.0) - 0.5);
        if (hair_cut.w > 0.5 && arm < 0.0 && above_hairline > 0.0 && (abs(r.x) < 0.067 || r.z > hair_cut.y + 0.088)) {
            float s = strands(atan(r.x, r.y + 0.02), r.z, 80.0, 190.0, 14.0, 22.0);
            albedo = mix(albedo, mix(hair_colour * 0.5, hair_colour * 1.3, s), smoothstep(0.0, 0.012, above_hairline));
        }
        if (arm > 2.0) albedo = mix(albedo, albedo * vec3(1.06, 0.87, 0.84), 0.45);  // hands are a little redder
        specular = 0.16 + 0.4 * oil;
        gloss = 18.0 + 50.0 * oil;
        wrap = 0.28;
        if (pattern > 0.01 && r.y > 0.0 && arm < 0.0) {
            vec3 ink = texture(backdrop, vec2(0.75, 0.5) + (r.xz - vec2(0.03, hair_cut.y - 0.22)) * 1.1).rgb;
            float inside = smoothstep(0.14, 0.11, length(r.xz - vec2(0.03, hair_cut.y - 0.22)));
            albedo = mix(albedo, albedo * ink * 0.6, inside * pattern * smoothstep(0.45, 0.6, cloud(r * 60.0 + seed)));
        }
        under_skin = vec3(0.20, 0.055, 0.03) * colour_a.r;
        n = normalize(n + (finest.gba - 0.5) * 0.05 + (fine.gba - 0.5) * 0.06);
        if (arm > on_wrist.x && arm < on_wrist.y && r.x * on_wrist.z >= 0.0) {
            albedo = wrist_colour;
            under_skin = vec3(0);
            specular = 0.35;
            gloss = 40.0;
        }
    } else if (material == TOP) {
        if (pattern > 0.5 && pattern < 1.5) albedo = mix(colour_a, colour_b, step(0.5, fract(r.z * 16.0)));
        if (pattern > 1.5 && pattern < 2.5) albedo = mix(colour_a, colour_b, smoothstep(0.5, 0.58, cloud(r * 22.0 + seed)));
        if (pattern > 2.5 && pattern < 3.5) {
            vec2 cell = fract(vec2(r.x + r.z, r.x - r.z) * 13.0 + seed) - 0.5;
            float petal = length(cell) * (1.0 + 0.5 * sin(atan(cell.y, cell.x) * 6.0 + seed));
            albedo = mix(colour_b, colour_a, smoothstep(0.16, 0.22, petal));
        }
        if (pattern > 3.5 && r.y > 0.0 && arm < 0.0) {
            vec2 at = (r.xz - vec2(0.0, hair_cut.y - 0.25)) / vec2(0.26, 0.22) + 0.5;
            if (min(at.x, at.y) > 0.0 && max(at.x, at.y) < 1.0) albedo = texture(backdrop, vec2(0.55 + at.x * 0.4, at.y)).rgb;
        }
        n = normalize(n + (cloud4(vec3(r.x * 14.0, r.y * 14.0, r.z * 24.0) + seed).gba - 0.5) * 0.6);
        albedo *= 0.93 + 0.14 * noise(r * 700.0);
        specular = 0.03;
        gloss = 6.0;
    } else if (material == BOTTOM) {
        n = normalize(n + (cloud4(vec3(r.x * 18.0, r.y * 18.0, r.z * 10.0) + seed).gba - 0.5) * 0.65);
        albedo *= 0.85 + 0.3 * noise(r * 600.0);
        specular = 0.02;
        gloss = 5.0;
    } else if (material == HAIR && pattern > 0.5) {
        n = normalize(n + (cloud4(vec3(r.x * 16.0, r.y * 16.0, r.z * 9.0) + seed).gba - 0.5) * 0.55);
        albedo *= 0.93 + 0.14 * noise(r * 650.0);
        specular = 0.03;
        gloss = 6.0;
    } else if (material == HAIR) {
        float angle = atan(r.x, r.y - 0.02);
        float s = strands(angle, r.z, 95.0, 220.0, 7.0, 12.0);
        albedo = mix(colour_a * 0.45, colour_a * 1.35, s);
        n = normalize(n + vec3(cos(angle), -sin(angle), 0.0) * (s - 0.5) * 0.7);
        specular = 0.22 * s;
        gloss = 14.0;
        wrap = 0.1;
    } else if (material == PROP) {
        albedo = colour_a * (0.9 + 0.2 * cloud(world * 9.0 + seed));
        specular = 0.05;
        gloss = 12.0;
        if (pattern > 0.5) albedo *= 0.75 + 0.5 * cloud(vec3(world.x * 3.0, world.y * 40.0, world.z * 3.0));
    } else if (material == PLANKS) {
        vec2 q = world.xy / vec2(1.3, 0.14);
        q.x += floor(q.y) * 0.37;
        vec2 within = fract(q);
        float tone = hash(vec3(floor(q), seed));
        float grain = cloud(vec3(world.x * 5.0 + tone * 31.0, world.y * 60.0, tone * 9.0));
        albedo = mix(colour_a, colour_b, 0.6 * tone + 0.4 * grain);
        albedo *= 1.0 - 0.45 * (1.0 - smoothstep(0.0, 0.03, min(within.y, 1.0 - within.y)));
        specular = 0.12;
        gloss = 30.0;
    } else if (material == WALL) {
        albedo = colour_a * (0.93 + 0.1 * cloud(world * 2.3 + seed) + 0.03 * noise(world * 160.0));
    } else if (material == PICTURE) {
        albedo = texture(backdrop, texture_place).rgb;
        albedo *= albedo;  // from the picture's scale to light
    } else if (material == EYE) {
        albedo = colour_a;
        specular = 0.5;
        gloss = 60.0;
    } else if (material == FABRIC) {
        n = normalize(n + (cloud4(world * 11.0 + seed).gba - 0.5) * 0.4);
        albedo = colour_a * (0.85 + 0.2 * cloud(world * 4.0 + seed) + 0.1 * noise(world * 420.0));
    }

    float shadow = lit();
    float facing = dot(n, lamp);
    float diffuse = max(0.0, (facing + wrap) / (1.0 + wrap)) * shadow;
    vec3 c = albedo * (lamp_colour * diffuse + fill_colour * max(0.0, dot(n, fill) * 0.6 + 0.4));
    c += under_skin * lamp_colour * smoothstep(-0.35, 0.15, facing) * smoothstep(0.55, 0.0, facing) * (0.4 + 0.6 * shadow) * 0.5;
    vec3 ambient = mix(ground, sky, n.z * 0.5 + 0.5);
    vec3 halfway = normalize(lamp + v);
    c += specular * lamp_colour * shadow * pow(max(0.0, dot(n, halfway)), gloss) * step(0.0, facing);
    float grazing = pow(1.0 - max(0.0, dot(n, v)), 4.0);
    c += specular * 0.8 * ambient * grazing;
    colour = vec4(c, 1);
    ambient_and_depth = vec4(albedo * ambient, depth);
}
