"""The fixed lists: where on the body, and which techniques. No free text about anybody's body."""

from enum import StrEnum


class Area(StrEnum):
    HEAD_JAW = "head_jaw"
    NECK = "neck"
    LEFT_NECK = "left_neck"
    RIGHT_NECK = "right_neck"
    SHOULDERS = "shoulders"
    LEFT_SHOULDERS = "left_shoulders"
    RIGHT_SHOULDERS = "right_shoulders"
    UPPER_BACK = "upper_back"
    LEFT_UPPER_BACK = "left_upper_back"
    RIGHT_UPPER_BACK = "right_upper_back"
    LOWER_BACK = "lower_back"
    LEFT_LOWER_BACK = "left_lower_back"
    RIGHT_LOWER_BACK = "right_lower_back"
    ARMS_HANDS = "arms_hands"
    LEFT_ARMS_HANDS = "left_arms_hands"
    RIGHT_ARMS_HANDS = "right_arms_hands"
    LEGS_FEET = "legs_feet"
    LEFT_LEGS_FEET = "left_legs_feet"
    RIGHT_LEGS_FEET = "right_legs_feet"


class Technique(StrEnum):
    SEATED = "seated"
    SWEDISH = "swedish"
    ACUPRESSURE = "acupressure"
    MYOFASCIAL = "myofascial"
    CROSS_FIBRE = "cross_fibre"
    DEEP_TISSUE = "deep_tissue"
    CUPPING = "cupping"
    GUA_SHA = "gua_sha"
    ROLFING = "rolfing"
    MAYA_ABDOMINAL = "maya_abdominal"
    GENTLE = "gentle"
