/*
 * fakes/kubernetes/types/batch.c - kinds of batch: what runs and ends.
 *
 * Source: k8s.io/api v0.32, batch/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define BATCH "io.k8s.api.batch.v1"

/* clang-format off */
static const KubeField POD_FAILURE_POLICY_ON_EXIT_CODES_REQUIREMENT_FIELDS[] = {
    {"containerName", 1, &TYPE_STRING,    POINTER},
    {"operator",      2, &TYPE_STRING,    REQUIRED},
    {"values",        3, &TYPE_INT32_SET, REQUIRED},
};
static const KubeType POD_FAILURE_POLICY_ON_EXIT_CODES_REQUIREMENT = {
    "PodFailurePolicyOnExitCodesRequirement", BATCH, NULL,
    OBJECT(POD_FAILURE_POLICY_ON_EXIT_CODES_REQUIREMENT_FIELDS)};

static const KubeField POD_FAILURE_POLICY_ON_POD_CONDITIONS_PATTERN_FIELDS[] = {
    {"type",   1, &TYPE_STRING, REQUIRED},
    {"status", 2, &TYPE_STRING, REQUIRED},
};
static const KubeType POD_FAILURE_POLICY_ON_POD_CONDITIONS_PATTERN = {
    "PodFailurePolicyOnPodConditionsPattern", BATCH, NULL,
    OBJECT(POD_FAILURE_POLICY_ON_POD_CONDITIONS_PATTERN_FIELDS)};

static const KubeType POD_FAILURE_POLICY_ON_POD_CONDITIONS_PATTERN_LIST = {
    .shape = KUBE_LIST, .element = &POD_FAILURE_POLICY_ON_POD_CONDITIONS_PATTERN};

static const KubeField POD_FAILURE_POLICY_RULE_FIELDS[] = {
    {"action",          1, &TYPE_STRING,                                       REQUIRED},
    {"onExitCodes",     2, &POD_FAILURE_POLICY_ON_EXIT_CODES_REQUIREMENT,      POINTER},
    {"onPodConditions", 3, &POD_FAILURE_POLICY_ON_POD_CONDITIONS_PATTERN_LIST, OPTIONAL},
};
static const KubeType POD_FAILURE_POLICY_RULE = {
    "PodFailurePolicyRule", BATCH, NULL, OBJECT(POD_FAILURE_POLICY_RULE_FIELDS)};

static const KubeType POD_FAILURE_POLICY_RULE_LIST = {
    .shape = KUBE_LIST, .element = &POD_FAILURE_POLICY_RULE};

static const KubeField POD_FAILURE_POLICY_FIELDS[] = {
    {"rules", 1, &POD_FAILURE_POLICY_RULE_LIST, REQUIRED},
};
static const KubeType POD_FAILURE_POLICY = {
    "PodFailurePolicy", BATCH, NULL, OBJECT(POD_FAILURE_POLICY_FIELDS)};

static const KubeField SUCCESS_POLICY_RULE_FIELDS[] = {
    {"succeededIndexes", 1, &TYPE_STRING, POINTER},
    {"succeededCount",   2, &TYPE_INT32,  POINTER},
};
static const KubeType SUCCESS_POLICY_RULE = {
    "SuccessPolicyRule", BATCH, NULL, OBJECT(SUCCESS_POLICY_RULE_FIELDS)};

static const KubeType SUCCESS_POLICY_RULE_LIST = {
    .shape = KUBE_LIST, .element = &SUCCESS_POLICY_RULE};

static const KubeField SUCCESS_POLICY_FIELDS[] = {
    {"rules", 1, &SUCCESS_POLICY_RULE_LIST, REQUIRED},
};
static const KubeType SUCCESS_POLICY = {
    "SuccessPolicy", BATCH, NULL, OBJECT(SUCCESS_POLICY_FIELDS)};

static const KubeField JOB_SPEC_FIELDS[] = {
    {"parallelism",             1,  &TYPE_INT32,             POINTER,
     .about = "How many pods may run at once."},
    {"completions",             2,  &TYPE_INT32,             POINTER,
     .about = "How many pods have to succeed."},
    {"activeDeadlineSeconds",   3,  &TYPE_INT64,             POINTER,
     .about = "How long the Job may run."},
    {"podFailurePolicy",        11, &POD_FAILURE_POLICY,     POINTER},
    {"successPolicy",           16, &SUCCESS_POLICY,         POINTER},
    {"backoffLimit",            7,  &TYPE_INT32,             POINTER,
     .about = "How many failures it takes to give up; 6 if nothing is said."},
    {"backoffLimitPerIndex",    12, &TYPE_INT32,             POINTER},
    {"maxFailedIndexes",        13, &TYPE_INT32,             POINTER},
    {"selector",                4,  &TYPE_LABEL_SELECTOR,    POINTER,
     .about = "Which pods are its own. The server usually sets it."},
    {"manualSelector",          5,  &TYPE_BOOL,              POINTER},
    {"template",                6,  &TYPE_POD_TEMPLATE_SPEC, REQUIRED,
     .about = "The pods that it runs."},
    {"ttlSecondsAfterFinished", 8,  &TYPE_INT32,             POINTER,
     .about = "How long after its end the Job is deleted."},
    {"completionMode",          9,  &TYPE_STRING,            POINTER,
     .about = "NonIndexed, or Indexed if each pod has a number."},
    {"suspend",                 10, &TYPE_BOOL,              POINTER,
     .about = "True: no pods run for now."},
    {"podReplacementPolicy",    14, &TYPE_STRING,            POINTER},
    {"managedBy",               15, &TYPE_STRING,            POINTER},
};
static const KubeType JOB_SPEC = {
    "JobSpec", BATCH, "What a Job runs, how often, and when it gives up.", OBJECT(JOB_SPEC_FIELDS)};

static const KubeField JOB_CONDITION_FIELDS[] = {
    {"type",               1, &TYPE_STRING, REQUIRED},
    {"status",             2, &TYPE_STRING, REQUIRED},
    {"lastProbeTime",      3, &TYPE_TIME,   PRINTED},
    {"lastTransitionTime", 4, &TYPE_TIME,   PRINTED},
    {"reason",             5, &TYPE_STRING, OPTIONAL},
    {"message",            6, &TYPE_STRING, OPTIONAL},
};
static const KubeType JOB_CONDITION = {"JobCondition", BATCH, NULL, OBJECT(JOB_CONDITION_FIELDS)};

static const KubeType MERGED_JOB_CONDITION_LIST = {
    .shape = KUBE_LIST, .element = &JOB_CONDITION, .patch_key = "type"};

static const KubeField UNCOUNTED_TERMINATED_PODS_FIELDS[] = {
    {"succeeded", 1, &TYPE_STRING_SET, OPTIONAL},
    {"failed",    2, &TYPE_STRING_SET, OPTIONAL},
};
static const KubeType UNCOUNTED_TERMINATED_PODS = {
    "UncountedTerminatedPods", BATCH, NULL, OBJECT(UNCOUNTED_TERMINATED_PODS_FIELDS)};

static const KubeField JOB_STATUS_FIELDS[] = {
    {"conditions",              1,  &MERGED_JOB_CONDITION_LIST, OPTIONAL},
    {"startTime",               2,  &TYPE_TIME,                 POINTER},
    {"completionTime",          3,  &TYPE_TIME,                 POINTER},
    {"active",                  4,  &TYPE_INT32,                OPTIONAL},
    {"succeeded",               5,  &TYPE_INT32,                OPTIONAL},
    {"failed",                  6,  &TYPE_INT32,                OPTIONAL},
    {"terminating",             11, &TYPE_INT32,                POINTER},
    {"completedIndexes",        7,  &TYPE_STRING,               OPTIONAL},
    {"failedIndexes",           10, &TYPE_STRING,               POINTER},
    {"uncountedTerminatedPods", 8,  &UNCOUNTED_TERMINATED_PODS, POINTER},
    {"ready",                   9,  &TYPE_INT32,                POINTER},
};
static const KubeType JOB_STATUS = {
    "JobStatus", BATCH, "How far a Job has come.", OBJECT(JOB_STATUS_FIELDS)};

static const KubeField JOB_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &JOB_SPEC,         PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &JOB_STATUS,       PRINTED, .about = ABOUT_STATUS},
};
static const KubeType JOB = {
    "Job", BATCH, "Runs pods until enough of them have succeeded.", OBJECT(JOB_FIELDS)};

static const KubeType JOB_ITEMS = {.shape = KUBE_LIST, .element = &JOB};

static const KubeField JOB_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META, INLINE},
    {"metadata", 1, &TYPE_LIST_META, PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &JOB_ITEMS,      REQUIRED},
};
static const KubeType JOB_LIST = {"JobList", BATCH, NULL, OBJECT(JOB_LIST_FIELDS)};

static const KubeField JOB_TEMPLATE_SPEC_FIELDS[] = {
    {"metadata", 1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &JOB_SPEC,         PRINTED},
};
static const KubeType JOB_TEMPLATE_SPEC = {
    "JobTemplateSpec", BATCH, "The Jobs that a CronJob makes: their labels and their spec.",
    OBJECT(JOB_TEMPLATE_SPEC_FIELDS)};

static const KubeField CRON_JOB_SPEC_FIELDS[] = {
    {"schedule",                   1, &TYPE_STRING,       REQUIRED,
     .about = "When it starts, in the five fields of cron."},
    {"timeZone",                   8, &TYPE_STRING,       POINTER,
     .about = "The time zone of the schedule."},
    {"startingDeadlineSeconds",    2, &TYPE_INT64,        POINTER,
     .about = "How late a start that was missed may still happen."},
    {"concurrencyPolicy",          3, &TYPE_STRING,       OPTIONAL,
     .about = "What happens if the last Job still runs: Allow, Forbid or Replace."},
    {"suspend",                    4, &TYPE_BOOL,         POINTER,
     .about = "True: it starts nothing for now."},
    {"jobTemplate",                5, &JOB_TEMPLATE_SPEC, REQUIRED,
     .about = "The Job that it starts."},
    {"successfulJobsHistoryLimit", 6, &TYPE_INT32,        POINTER,
     .about = "How many Jobs that succeeded are kept; 3 if nothing is said."},
    {"failedJobsHistoryLimit",     7, &TYPE_INT32,        POINTER,
     .about = "How many Jobs that failed are kept; 1 if nothing is said."},
};
static const KubeType CRON_JOB_SPEC = {
    "CronJobSpec", BATCH, "When a CronJob starts, and the Job that it starts.",
    OBJECT(CRON_JOB_SPEC_FIELDS)};

static const KubeType OBJECT_REFERENCE_LIST = {
    .shape = KUBE_LIST, .element = &TYPE_OBJECT_REFERENCE};

static const KubeField CRON_JOB_STATUS_FIELDS[] = {
    {"active",             1, &OBJECT_REFERENCE_LIST, OPTIONAL},
    {"lastScheduleTime",   4, &TYPE_TIME,             POINTER},
    {"lastSuccessfulTime", 5, &TYPE_TIME,             POINTER},
};
static const KubeType CRON_JOB_STATUS = {
    "CronJobStatus", BATCH, "What a CronJob last did.", OBJECT(CRON_JOB_STATUS_FIELDS)};

static const KubeField CRON_JOB_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,   INLINE},
    {"metadata", 1, &TYPE_OBJECT_META, PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &CRON_JOB_SPEC,    PRINTED, .about = ABOUT_SPEC},
    {"status",   3, &CRON_JOB_STATUS,  PRINTED, .about = ABOUT_STATUS},
};
static const KubeType CRON_JOB = {
    "CronJob", BATCH, "Starts a Job again and again at set times.", OBJECT(CRON_JOB_FIELDS)};

static const KubeType CRON_JOB_ITEMS = {.shape = KUBE_LIST, .element = &CRON_JOB};

static const KubeField CRON_JOB_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META, INLINE},
    {"metadata", 1, &TYPE_LIST_META, PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &CRON_JOB_ITEMS, REQUIRED},
};
static const KubeType CRON_JOB_LIST = {"CronJobList", BATCH, NULL, OBJECT(CRON_JOB_LIST_FIELDS)};

const KubeType *const KINDS_BATCH[] = {
    &JOB, &JOB_LIST, &CRON_JOB, &CRON_JOB_LIST, NULL,
};
/* clang-format on */
