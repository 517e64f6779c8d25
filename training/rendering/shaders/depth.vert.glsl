#version 330
// Every vertex, for depth alone: the lamp's picture, and the picture's own depth before colours are drawn.
in vec3 pos;
in vec3 rest;
in float along_arm;
uniform mat4 view_projection;
out vec3 rest_place;
out float arm;
invariant gl_Position;

void main() {
    rest_place = rest;
    arm = along_arm;
    gl_Position = view_projection * vec4(pos, 1);
}
