"""tests/acceptance/python/client.py - what people do with python3-kubernetes, done to a world: client.py KUBECONFIG.

Prints `ok` and `not ok` lines. Connections go through a relay that can cut them, so that a watch has something to survive.
"""
import json
import socket
import sys
import threading
import time

import urllib3
import yaml
from kubernetes import client, config, dynamic, utils, watch
from kubernetes.client.exceptions import ApiException

NS = 'lab-python'


def check(name, holds, found=''):
    print(f'ok - {name}' if holds else f'not ok - {name}: {found}', flush=True)


def refused(name, status, reason, call):
    """The call fails as the server says it: status, and the reason in the body."""
    try:
        found = call()
        check(name, False, f'not refused: {found}')
    except ApiException as error:
        body = json.loads(error.body)
        check(name, (error.status, body['reason'], body['kind']) == (status, reason, 'Status'), f'{error.status} {error.body}')


class Relay:
    """Carries bytes to the server, until cut() ends every connection in the middle of whatever it is in."""

    def __init__(self, host, port):
        self.target = (host, port)
        self.sockets = []
        self.listener = socket.create_server((host, 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near = self.listener.accept()[0]
            far = socket.create_connection(self.target)
            self.sockets += [near, far]
            threading.Thread(target=self.carry, args=(near, far), daemon=True).start()
            threading.Thread(target=self.carry, args=(far, near), daemon=True).start()

    @staticmethod
    def carry(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def cut(self):
        for end in self.sockets:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.sockets = []


def connect(kubeconfig, context):
    """The relay's port in place of the server's."""
    with open(kubeconfig, encoding='utf-8') as file:
        document = yaml.safe_load(file)
    server = next(c['cluster'] for c in document['clusters'] if c['name'] == context)
    address = urllib3.util.parse_url(server['server'])
    relay = Relay(address.host, address.port)
    server['server'] = f'https://{address.host}:{relay.port}{address.path or ""}'
    settings = client.Configuration()
    config.load_kube_config_from_dict(document, context=context, client_configuration=settings)
    return client.ApiClient(settings), relay


def secret(name, **data):
    return client.V1Secret(metadata=client.V1ObjectMeta(name=name, labels={'made-by': 'python'}), string_data=data)


def try_objects(core):
    core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=NS)))
    made = core.create_namespaced_secret(NS, secret('one', a='b'))
    check('create', made.data == {'a': 'Yg=='} and made.metadata.uid, made)
    refused('create again', 409, 'AlreadyExists', lambda: core.create_namespaced_secret(NS, secret('one')))
    check('read', core.read_namespaced_secret('one', NS).metadata.uid == made.metadata.uid)
    refused('read what is absent', 404, 'NotFound', lambda: core.read_namespaced_secret('nosuch', NS))
    refused('a bad name', 422, 'Invalid', lambda: core.create_namespaced_secret(NS, secret('Bad_Name')))
    refused('a namespace that is not there', 404, 'NotFound', lambda: core.create_namespaced_secret('nosuch', secret('one')))
    patched = core.patch_namespaced_secret('one', NS, {'data': {'a': None, 'c': 'ZA=='}})
    check('patch', patched.data == {'c': 'ZA=='}, patched.data)
    patched = core.patch_namespaced_secret('one', NS, [{'op': 'add', 'path': '/data/e', 'value': 'Zg=='}])
    check('patch by a list of operations', patched.data == {'c': 'ZA==', 'e': 'Zg=='}, patched.data)
    refused('whose test fails', 422, 'Invalid',
            lambda: core.patch_namespaced_secret('one', NS, [{'op': 'test', 'path': '/data/e', 'value': 'no'}]))
    old = patched.metadata.resource_version
    patched.data['g'] = 'aA=='
    replaced = core.replace_namespaced_secret('one', NS, patched)
    check('replace', replaced.data.get('g') == 'aA==' and replaced.metadata.resource_version != old)
    refused('replace what has changed since', 409, 'Conflict', lambda: core.replace_namespaced_secret('one', NS, patched))
    dry = core.create_namespaced_secret(NS, secret('dry'), dry_run='All')
    check('dry run', dry.metadata.name == 'dry' and 'dry' not in names(core.list_namespaced_secret(NS)))


def names(found):
    return [item.metadata.name for item in found.items]


def try_lists(core):
    for i in range(7):
        core.create_namespaced_config_map(NS, client.V1ConfigMap(
            metadata=client.V1ObjectMeta(name=f'map-{i}', labels={'odd': str(i % 2)}), data={'n': str(i)}))
    paged, token = [], None
    while token != '':
        page = core.list_namespaced_config_map(NS, limit=3, _continue=token, label_selector='odd')
        paged += names(page)
        token = page.metadata._continue or ''
    check('pages', paged == [f'map-{i}' for i in range(7)], paged)
    check('by label', names(core.list_namespaced_config_map(NS, label_selector='odd=1')) == ['map-1', 'map-3', 'map-5'])
    check('by field', names(core.list_namespaced_config_map(NS, field_selector='metadata.name=map-2')) == ['map-2'])
    check('everywhere', 'map-6' in names(core.list_config_map_for_all_namespaces()))
    refused('a broken token', 400, 'BadRequest', lambda: core.list_namespaced_config_map(NS, limit=3, _continue='no'))
    done = core.delete_collection_namespaced_config_map(NS, label_selector='odd=1')
    check('delete a collection', 'map-1' not in names(core.list_namespaced_config_map(NS)), done)


def try_workloads(core, apps):
    labels = {'app': 'web'}
    container = client.V1Container(name='c', image='registry.test/c:1', ports=[client.V1ContainerPort(container_port=80)])
    template = client.V1PodTemplateSpec(metadata=client.V1ObjectMeta(labels=labels), spec=client.V1PodSpec(containers=[container]))
    apps.create_namespaced_deployment(NS, client.V1Deployment(
        metadata=client.V1ObjectMeta(name='web'),
        spec=client.V1DeploymentSpec(replicas=2, selector=client.V1LabelSelector(match_labels=labels), template=template)))
    events = watch.Watch()
    for event in events.stream(apps.list_namespaced_deployment, NS, field_selector='metadata.name=web', timeout_seconds=30):
        if (event['object'].status.available_replicas or 0) == 2:
            events.stop()
    check('a deployment becomes available', apps.read_namespaced_deployment_status('web', NS).status.available_replicas == 2)
    check('it has pods', len(core.list_namespaced_pod(NS, label_selector='app=web').items) == 2)
    scale = apps.patch_namespaced_deployment_scale('web', NS, {'spec': {'replicas': 1}})
    check('patch its scale', scale.spec.replicas == 1 and scale.status.selector == 'app=web', scale)
    scale = apps.read_namespaced_deployment_scale('web', NS)
    scale.spec.replicas, scale.metadata.resource_version = 0, None  # whatever the controllers have written since
    check('replace its scale', not apps.replace_namespaced_deployment_scale('web', NS, scale).spec.replicas)
    deleted = apps.delete_namespaced_deployment('web', NS, propagation_policy='Foreground')
    check('delete it', deleted is not None)
    check('read a service', core.read_namespaced_service('envoy', 'tsb').spec.type == 'LoadBalancer')
    pod = core.list_namespaced_pod('tsb', label_selector='name=tsb-operator').items[0].metadata.name
    check('read a log', isinstance(core.read_namespaced_pod_log(pod, 'tsb'), str))


def try_custom(api):
    custom = client.CustomObjectsApi(api)
    place = ('install.tetrate.io', 'v1alpha1', 'tsb', 'managementplanes')
    check('list custom resources', len(custom.list_namespaced_custom_object(*place)['items']) == 1)
    plane = custom.get_namespaced_custom_object(*place, 'managementplane')
    patched = custom.patch_namespaced_custom_object(*place, 'managementplane', {'metadata': {'annotations': {'seen': 'yes'}}})
    check('patch one', patched['metadata']['annotations']['seen'] == 'yes' and
          patched['metadata']['generation'] == plane['metadata']['generation'], patched['metadata'])
    refused('one that is absent', 404, 'NotFound', lambda: custom.get_namespaced_custom_object(*place, 'nosuch'))


def try_dynamic(api):
    found = dynamic.DynamicClient(api)
    deployments = found.resources.get(api_version='apps/v1', kind='Deployment')
    check('the dynamic client discovers', deployments.name == 'deployments' and deployments.namespaced)
    check('and reads', deployments.get(name='tsb', namespace='tsb').spec.replicas == 1)
    planes = found.resources.get(api_version='install.tetrate.io/v1alpha1', kind='ManagementPlane')
    check('custom resources too', planes.get(namespace='tsb').items[0].metadata.name == 'managementplane')
    try:
        utils.create_from_dict(api, {'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'made', 'namespace': NS}})
        check('create from a manifest', True)
    except utils.FailToCreateError as error:
        check('create from a manifest', False, error)


def try_server_side_apply(api):
    """This version has no function for it, so it is a request like any other."""
    def apply(manager, value, **query):
        body = json.dumps({'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'applied'}, 'data': {'k': value}})
        return api.call_api(f'/api/v1/namespaces/{NS}/configmaps/applied', 'PATCH', body=body, auth_settings=['BearerToken'],
                            query_params=[('fieldManager', manager), *query.items()], response_type='V1ConfigMap',
                            header_params={'Content-Type': 'application/apply-patch+yaml', 'Accept': 'application/json'},
                            _return_http_data_only=True)
    check('server-side apply', apply('one', 'a').metadata.managed_fields[0].manager == 'one')
    refused('against another manager', 409, 'Conflict', lambda: apply('two', 'b'))
    check('by force', apply('two', 'b', force='true').data == {'k': 'b'})


def try_watch(core, relay):
    """Cut in the middle, it goes on from the last version that it saw: nothing twice, nothing left out."""
    seen, cuts, maker = [], 0, threading.Thread(target=make_many, args=(core,))
    version = core.list_namespaced_config_map(NS).metadata.resource_version
    maker.start()
    deadline = time.monotonic() + 60
    while len(seen) < 30 and time.monotonic() < deadline:
        try:
            for event in watch.Watch().stream(core.list_namespaced_config_map, NS, resource_version=version,
                                              label_selector='made-by=many', timeout_seconds=5):
                seen.append(event['object'].metadata.name)
                version = event['object'].metadata.resource_version
                if len(seen) in (5, 15):
                    relay.cut()
                if len(seen) == 30:
                    break
        except (urllib3.exceptions.HTTPError, OSError):
            cuts += 1
    maker.join()
    check('a watch is cut', cuts >= 1, cuts)
    check('and resumed loses and repeats nothing', seen == [f'many-{i:02}' for i in range(30)], seen)

def make_many(core):
    for i in range(30):
        body = client.V1ConfigMap(metadata=client.V1ObjectMeta(name=f'many-{i:02}', labels={'made-by': 'many'}))
        while True:
            try:
                core.create_namespaced_config_map(NS, body)
                break
            except ApiException as error:
                if error.status == 409:  # made, and the answer was cut
                    break
                raise
            except (urllib3.exceptions.HTTPError, OSError):
                continue


def main():
    api, relay = connect(sys.argv[1], 'mp1')
    core, apps = client.CoreV1Api(api), client.AppsV1Api(api)

    check('version', client.VersionApi(api).get_code().git_version.startswith('v1.32.'))
    check('list', 'iam-signing-key' in names(core.list_namespaced_secret('tsb')))
    try_objects(core)
    try_lists(core)
    try_workloads(core, apps)
    try_custom(api)
    try_dynamic(api)
    try_watch(core, relay)
    try_server_side_apply(api)
    review = client.AuthorizationV1Api(api).create_self_subject_access_review(client.V1SelfSubjectAccessReview(
        spec=client.V1SelfSubjectAccessReviewSpec(resource_attributes=client.V1ResourceAttributes(verb='get', resource='pods'))))
    check('may I?', review.status.allowed)
    core.delete_namespace(NS)
    deadline = time.monotonic() + 30
    while NS in names(core.list_namespace()) and time.monotonic() < deadline:
        time.sleep(0.2)
    check('delete the namespace', NS not in names(core.list_namespace()))


main()
