#version 330
// Every vertex of the scene, for the picture.
in vec3 pos;        // posed
in vec3 nrm;
in vec3 rest;       // in the rest pose: textures and clothes stick to it
in vec2 uv;
in float along_arm; // 0 shoulder, 1 elbow, 2 wrist, -1 off the arms
uniform mat4 view_projection;
uniform mat4 lamp_projection;
uniform mat4 view;
invariant gl_Position;
out vec3 world;
out vec3 world_normal;
out vec3 rest_place;
out vec2 texture_place;
out float arm;
out vec4 in_lamp;
out float depth;

const float SHADOW_OFFSET_M = 0.004;  // along the normal, against a surface that shadows itself

void main() {
    world = pos;
    world_normal = nrm;
    rest_place = rest;
    texture_place = uv;
    arm = along_arm;
    in_lamp = lamp_projection * vec4(pos + nrm * SHADOW_OFFSET_M, 1);
    depth = -(view * vec4(pos, 1)).z;
    gl_Position = view_projection * vec4(pos, 1);
}
