/*
 * fakes/kubernetes/surface/cells.h - the functions behind the columns; each makes one cell, from the object and its column.
 *
 * Source: pkg/printers/internalversion of Kubernetes 1.32, as far as what `kubectl get` shows; recorded tables.
 */
#ifndef FAKES_KUBERNETES_SURFACE_CELLS_H
#define FAKES_KUBERNETES_SURFACE_CELLS_H

#include "base/buffer.h"
#include "fakes/kubernetes/surface/columns.h"

/* "2m30s", as precise as people need: k8s.io/apimachinery/pkg/util/duration, HumanDuration. */
void cells_format_duration(int64_t seconds, char out_text[24]);
/* How long ago a time was; "<unknown>" of what is none. */
const char *cells_age(const char *time, char out_text[24]);
/* Gives a comma-separated list to a cell; "<none>" if it is empty. */
cJSON *cells_of_list(Buffer *list);
const char *cells_comma(const Buffer *list);

/* cells.c: of any kind, about the column's path */
Cell cell_text, cell_number, cell_flag, cell_age, cell_count, cell_data_count, cell_flag_text,
    cell_seconds, cell_labels, cell_selector, cell_names, cell_none;

/* cells_pods.c */
Cell cell_pod_ready, cell_pod_status, cell_pod_restarts, cell_pod_ip, cell_pod_gates;

/* cells_workloads.c */
Cell cell_ready_replicas, cell_containers, cell_images, cell_job_status, cell_job_completions,
    cell_job_duration, cell_hpa_reference, cell_hpa_targets;

/* cells_network.c */
Cell cell_service_external, cell_service_ports, cell_ingress_hosts, cell_ingress_address,
    cell_ingress_ports, cell_endpoints, cell_slice_ports, cell_slice_endpoints;

/* cells_cluster.c */
Cell cell_node_status, cell_node_roles, cell_node_address, cell_access_modes, cell_volume_claim,
    cell_claim_status, cell_event_seen, cell_event_object, cell_event_source, cell_role_reference,
    cell_subjects, cell_request_condition, cell_quota, cell_owner, cell_service_reference,
    cell_condition;

/* cells_custom.c: what the column's JSONPath leads to */
Cell cell_custom;

#endif
