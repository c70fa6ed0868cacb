// tests/acceptance/node/client.mjs - what people do with @kubernetes/client-node, done to a world: client.mjs KUBECONFIG.
//
// Prints `ok` and `not ok` lines. Connections go through a relay that can cut them, so that an informer has something to
// survive: it has to be started again by whoever made it, and then knows what it knew.
import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import {
    ApiException, AppsV1Api, AuthorizationV1Api, CoreV1Api, CustomObjectsApi, KubeConfig, KubernetesObjectApi, ListWatch, Log,
    makeInformer, PatchStrategy, setHeaderOptions, VersionApi, Watch,
} from '@kubernetes/client-node';
import { PassThrough } from 'node:stream';

const NS = 'lab-node';

function check(name, holds, found) {
    console.log(holds ? `ok - ${name}` : `not ok - ${name}: ${JSON.stringify(found)}`);
}

async function refused(name, status, reason, call) {
    try {
        check(name, false, await call());
    } catch (error) {
        const body = error instanceof ApiException ? JSON.parse(error.body) : {};
        check(name, error.code === status && body.reason === reason && body.kind === 'Status', String(error));
    }
}

async function becomes(name, seconds, holds) {
    const deadline = Date.now() + seconds * 1000;
    let found;

    while (!(found = await holds()) && Date.now() < deadline) await pause(100);
    check(name, found);
}

// Carries bytes to the server, until cut() ends every connection in the middle of whatever it is in.
class Relay {
    constructor(host, port) {
        this.host = host;
        this.sockets = new Set();
        this.server = net.createServer((near) => {
            const far = net.connect(port, host);
            for (const [source, sink] of [[near, far], [far, near]]) {
                this.sockets.add(source);
                source.on('error', () => sink.destroy()).on('close', () => this.sockets.delete(source)).pipe(sink);
            }
        });
    }

    async listen() {
        await new Promise((done) => this.server.listen(0, this.host, done));
        return this.server.address().port;
    }

    cut() {
        for (const socket of this.sockets) socket.destroy();
    }

    close() {
        this.cut();
        this.server.close();
    }
}

// The relay's port in place of the server's.
async function connect(file, context) {
    const config = new KubeConfig();
    config.loadFromFile(file);
    config.setCurrentContext(context);
    const cluster = config.getCurrentCluster();
    const address = new URL(cluster.server);
    const relay = new Relay(address.hostname, Number(address.port));
    const port = await relay.listen();
    config.clusters = config.clusters.map((other) => other.name !== cluster.name ? other : {
        ...other, server: `https://${address.hostname}:${port}${address.pathname}`,
    });
    return { config, relay };
}

const configMap = (name, data, labels) => ({ metadata: { name, labels }, data });

async function tryObjects(core) {
    await core.createNamespace({ body: { metadata: { name: NS } } });
    const made = await core.createNamespacedSecret({ namespace: NS, body: { metadata: { name: 'one' }, stringData: { a: 'b' } } });
    check('create', made.data.a === 'Yg==' && made.metadata.uid, made);
    await refused('create again', 409, 'AlreadyExists',
        () => core.createNamespacedSecret({ namespace: NS, body: { metadata: { name: 'one' } } }));
    check('read', (await core.readNamespacedSecret({ name: 'one', namespace: NS })).metadata.uid === made.metadata.uid);
    await refused('read what is absent', 404, 'NotFound', () => core.readNamespacedSecret({ name: 'nosuch', namespace: NS }));
    await refused('a bad name', 422, 'Invalid',
        () => core.createNamespacedSecret({ namespace: NS, body: { metadata: { name: 'Bad_Name' } } }));
    let patched = await core.patchNamespacedSecret({ name: 'one', namespace: NS, body: [{ op: 'add', path: '/data/c', value: 'ZA==' }] });
    check('patch, a list of operations by default', patched.data.c === 'ZA==', patched);
    patched = await core.patchNamespacedSecret({ name: 'one', namespace: NS, body: { data: { a: null } } },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch));
    check('merge patch', patched.data.a === undefined && patched.data.c === 'ZA==', patched);
    patched = await core.patchNamespacedSecret({ name: 'one', namespace: NS, body: { data: { e: 'Zg==' } } },
        setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch));
    check('strategic merge patch', patched.data.e === 'Zg==', patched);
    const replaced = await core.replaceNamespacedSecret({ name: 'one', namespace: NS, body: { ...patched, data: { g: 'aA==' } } });
    check('replace', replaced.data.g === 'aA==' && !replaced.data.c, replaced);
    await refused('replace what has changed since', 409, 'Conflict',
        () => core.replaceNamespacedSecret({ name: 'one', namespace: NS, body: patched }));
    const applied = await core.patchNamespacedConfigMap({
        name: 'applied', namespace: NS, fieldManager: 'node',
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' }, data: { k: 'v' } },
    }, setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply));
    check('server-side apply', applied.metadata.managedFields[0].manager === 'node', applied.metadata);
    const status = await core.deleteNamespacedSecret({ name: 'one', namespace: NS });
    check('delete', status.status === 'Success', status);
    await refused('delete again', 404, 'NotFound', () => core.deleteNamespacedSecret({ name: 'one', namespace: NS }));
}

async function tryLists(core) {
    const paged = [];
    let token;

    for (let i = 0; i < 7; i++)
        await core.createNamespacedConfigMap({ namespace: NS, body: configMap(`map-${i}`, { n: `${i}` }, { odd: `${i % 2}` }) });
    do {
        const page = await core.listNamespacedConfigMap({ namespace: NS, labelSelector: 'odd', limit: 3, _continue: token });
        paged.push(...page.items.map((item) => item.metadata.name));
        token = page.metadata._continue;
    } while (token);
    check('pages', paged.join() === 'map-0,map-1,map-2,map-3,map-4,map-5,map-6', paged);
    const odd = await core.listNamespacedConfigMap({ namespace: NS, labelSelector: 'odd=1' });
    check('by label', odd.items.length === 3, odd);
    const two = await core.listNamespacedConfigMap({ namespace: NS, fieldSelector: 'metadata.name=map-2' });
    check('by field', two.items.length === 1, two);
    await core.deleteCollectionNamespacedConfigMap({ namespace: NS, labelSelector: 'odd' });
    const left = await core.listNamespacedConfigMap({ namespace: NS, labelSelector: 'odd' });
    check('delete a collection', left.items.length === 0, left);
}

async function tryWorkloads(config, core, apps) {
    const labels = { app: 'web' };
    await apps.createNamespacedDeployment({
        namespace: NS,
        body: {
            metadata: { name: 'web' },
            spec: {
                replicas: 2, selector: { matchLabels: labels },
                template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'registry.test/c:1' }] } },
            },
        },
    });
    await becomes('a deployment becomes available', 30,
        async () => (await apps.readNamespacedDeployment({ name: 'web', namespace: NS })).status.availableReplicas === 2);
    const scale = await apps.patchNamespacedDeploymentScale({ name: 'web', namespace: NS, body: { spec: { replicas: 0 } } },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch));
    check('patch its scale', scale.kind === 'Scale' && !scale.spec.replicas, scale);
    const pods = await core.listNamespacedPod({ namespace: 'tsb', labelSelector: 'name=tsb-operator' });
    const sink = new PassThrough();
    sink.resume();
    const stop = await new Log(config).log('tsb', pods.items[0].metadata.name, '', sink, { follow: true, tailLines: 5 });
    check('follow a log', stop);
    stop.abort();
}

async function tryCustom(config) {
    const custom = config.makeApiClient(CustomObjectsApi);
    const place = { group: 'install.tetrate.io', version: 'v1alpha1', namespace: 'tsb', plural: 'managementplanes' };
    const plane = await custom.getNamespacedCustomObject({ ...place, name: 'managementplane' });
    const patched = await custom.patchNamespacedCustomObject(
        { ...place, name: 'managementplane', body: { metadata: { annotations: { seen: 'yes' } } } },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch));
    check('patch a custom resource', patched.metadata.annotations.seen === 'yes' &&
        patched.metadata.generation === plane.metadata.generation, patched.metadata);
    const objects = KubernetesObjectApi.makeApiClient(config);
    const read = await objects.read({ apiVersion: 'install.tetrate.io/v1alpha1', kind: 'ManagementPlane', metadata: { name: 'managementplane', namespace: 'tsb' } });
    check('read by kind, which discovery finds', read.spec.hub === plane.spec.hub, read);
    const made = await objects.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'made', namespace: NS } });
    check('create by kind', made.metadata.uid, made);
}

// One informer for the whole story: what it has in its cache is what is there, whatever happened to its watch.
async function tryInformer(config, core, relay) {
    const list = () => core.listNamespacedConfigMap({ namespace: NS, labelSelector: 'watched' });
    const informer = makeInformer(config, `/api/v1/namespaces/${NS}/configmaps`, list, 'watched');
    const seen = { add: [], update: [], delete: [], error: 0, connect: 0 };
    const make = (name) => core.createNamespacedConfigMap({ namespace: NS, body: configMap(name, { n: '0' }, { watched: 'yes' }) });
    const value = (name) => informer.get(name, NS)?.data?.n;

    for (const event of ['add', 'update', 'delete']) informer.on(event, (object) => seen[event].push(object.metadata.name));
    informer.on('connect', () => seen.connect++);
    informer.on('error', () => {
        seen.error++;
        setTimeout(() => informer.start().catch(() => {}), 200);
    });
    await make('first');
    await informer.start();
    await becomes('the informer lists what is there', 10, () => seen.add.includes('first'));
    await make('second');
    await becomes('and watches what comes', 10, () => seen.add.includes('second'));
    relay.cut();
    await becomes('a cut is told to it', 10, () => seen.connect > 1);
    await make('third');
    await becomes('it goes on after a cut', 20, () => seen.add.includes('third'));
    await core.patchNamespacedConfigMap({ name: 'first', namespace: NS, body: [{ op: 'replace', path: '/data/n', value: '1' }] });
    await becomes('sees changes', 10, () => seen.update.includes('first') && value('first') === '1');
    // What goes and comes while nobody watches is seen by the next list.
    relay.cut();
    await core.deleteNamespacedConfigMap({ name: 'second', namespace: NS });
    await make('fourth');
    await becomes('what went while it was cut is gone', 20, () => seen.delete.includes('second'));
    await becomes('what came is there', 20, () => seen.add.includes('fourth'));
    check('nothing was added twice', new Set(seen.add).size === seen.add.length, seen.add);
    check('its cache is what is there',
        informer.list(NS).map((item) => item.metadata.name).sort().join() === 'first,fourth,third', informer.list(NS));
    await informer.stop();
}

// From a version in the past: what has happened since, in its order, and then its time is over.
async function tryWatch(config, core) {
    const before = (await core.listNamespacedConfigMap({ namespace: NS })).metadata.resourceVersion;
    const events = [];

    await core.createNamespacedConfigMap({ namespace: NS, body: configMap('past', { n: '0' }) });
    await core.deleteNamespacedConfigMap({ name: 'past', namespace: NS });
    const end = await new Promise((done) => new Watch(config).watch(
        `/api/v1/namespaces/${NS}/configmaps`, { resourceVersion: before, timeoutSeconds: 1 },
        (type, object) => events.push(`${type} ${object.metadata.name}`), done));
    check('a watch from the past', events.join() === 'ADDED past,DELETED past' && end === null, [events, end]);
}

const { config, relay } = await connect(process.argv[2], 'mp1');
const core = config.makeApiClient(CoreV1Api), apps = config.makeApiClient(AppsV1Api);

check('version', (await config.makeApiClient(VersionApi).getCode()).gitVersion.startsWith('v1.32.'));
check('list', (await core.listNamespacedSecret({ namespace: 'tsb' })).items.some((item) => item.metadata.name === 'iam-signing-key'));
await tryObjects(core);
await tryLists(core);
await tryWorkloads(config, core, apps);
await tryCustom(config);
await tryInformer(config, core, relay);
await tryWatch(config, core);
const review = await config.makeApiClient(AuthorizationV1Api).createSelfSubjectAccessReview(
    { body: { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } } });
check('may I?', review.status.allowed);
await core.deleteNamespace({ name: NS });
await becomes('delete the namespace', 30, async () => !(await core.listNamespace()).items.some((item) => item.metadata.name === NS));
relay.close();
process.exit(0);
