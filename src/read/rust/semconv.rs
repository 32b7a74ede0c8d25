//! Constants of the crate `opentelemetry-semantic-conventions`: their names are the attributes' (or metrics') with
//! underscores, so which of them were dots has to be known. The names are those of version 0.33.1, of the namespaces that
//! services use.

/// The text of a constant such as `HTTP_REQUEST_METHOD`.
pub fn attribute(constant: &str) -> Option<&'static str> {
    let is_it = |name: &&str| {
        name.len() == constant.len()
            && name
                .bytes()
                .zip(constant.bytes())
                .all(|(a, b)| if a == b'.' { b == b'_' } else { a.to_ascii_uppercase() == b })
    };
    NAMES.split_ascii_whitespace().find(is_it)
}

/// Every name, by namespace.
const NAMES: &str = "\
    client.address client.port \
    cloud.account.id cloud.availability_zone cloud.platform cloud.provider cloud.region cloud.resource_id \
    code.column code.column.number code.file.path code.filepath code.function code.function.name \
    code.line.number code.lineno code.namespace code.stacktrace \
    container.command container.command_args container.command_line container.cpu.state \
    container.cpu.time container.cpu.usage container.csi.plugin.name container.csi.volume.id \
    container.disk.io container.filesystem.available container.filesystem.capacity \
    container.filesystem.usage container.id container.image.id container.image.name \
    container.image.repo_digests container.image.tags container.label container.labels \
    container.memory.available container.memory.paging.faults container.memory.rss container.memory.usage \
    container.memory.working_set container.name container.network.io container.runtime \
    container.runtime.description container.runtime.name container.runtime.version container.uptime \
    db.cassandra.consistency_level db.cassandra.coordinator.dc db.cassandra.coordinator.id \
    db.cassandra.idempotence db.cassandra.page_size db.cassandra.speculative_execution_count \
    db.cassandra.table db.client.connection.count db.client.connection.create_time \
    db.client.connection.idle.max db.client.connection.idle.min db.client.connection.max \
    db.client.connection.pending_requests db.client.connection.pool.name db.client.connection.state \
    db.client.connection.timeouts db.client.connection.use_time db.client.connection.wait_time \
    db.client.connections.create_time db.client.connections.idle.max db.client.connections.idle.min \
    db.client.connections.max db.client.connections.pending_requests db.client.connections.pool.name \
    db.client.connections.state db.client.connections.timeouts db.client.connections.usage \
    db.client.connections.use_time db.client.connections.wait_time \
    db.client.cosmosdb.active_instance.count db.client.cosmosdb.operation.request_charge \
    db.client.operation.duration db.client.response.returned_rows db.collection.name db.connection_string \
    db.cosmosdb.client_id db.cosmosdb.connection_mode db.cosmosdb.consistency_level db.cosmosdb.container \
    db.cosmosdb.operation_type db.cosmosdb.regions_contacted db.cosmosdb.request_charge \
    db.cosmosdb.request_content_length db.cosmosdb.status_code db.cosmosdb.sub_status_code \
    db.elasticsearch.cluster.name db.elasticsearch.node.name db.elasticsearch.path_parts db.instance.id \
    db.jdbc.driver_classname db.mongodb.collection db.mssql.instance_name db.name db.namespace \
    db.operation db.operation.batch.size db.operation.name db.operation.parameter db.query.parameter \
    db.query.summary db.query.text db.redis.database_index db.response.returned_rows \
    db.response.status_code db.sql.table db.statement db.stored_procedure.name db.system db.system.name \
    db.user \
    deployment.environment deployment.environment.name deployment.id deployment.name deployment.status \
    dns.answers dns.lookup.duration dns.question.name \
    enduser.id enduser.pseudo.id enduser.role enduser.scope \
    error.message error.type \
    event.name \
    exception.escaped exception.message exception.stacktrace exception.type \
    graphql.document graphql.operation.name graphql.operation.type \
    host.arch host.cpu.cache.l2.size host.cpu.family host.cpu.model.id host.cpu.model.name \
    host.cpu.stepping host.cpu.vendor.id host.id host.image.id host.image.name host.image.version host.ip \
    host.mac host.name host.type \
    http.client.active_requests http.client.connection.duration http.client.open_connections \
    http.client.request.body.size http.client.request.duration http.client.response.body.size \
    http.client_ip http.connection.state http.flavor http.host http.method http.request.body.size \
    http.request.header http.request.method http.request.method_original http.request.resend_count \
    http.request.size http.request_content_length http.request_content_length_uncompressed \
    http.response.body.size http.response.header http.response.size http.response.status_code \
    http.response_content_length http.response_content_length_uncompressed http.route http.scheme \
    http.server.active_requests http.server.request.body.size http.server.request.duration \
    http.server.response.body.size http.server_name http.status_code http.target http.url http.user_agent \
    k8s.cluster.name k8s.cluster.uid k8s.container.cpu.limit k8s.container.cpu.limit.current \
    k8s.container.cpu.limit.desired k8s.container.cpu.limit.utilization k8s.container.cpu.request \
    k8s.container.cpu.request.current k8s.container.cpu.request.desired \
    k8s.container.cpu.request.utilization k8s.container.ephemeral_storage.fs_type \
    k8s.container.ephemeral_storage.limit k8s.container.ephemeral_storage.request \
    k8s.container.ephemeral_storage.usage k8s.container.memory.limit k8s.container.memory.limit.current \
    k8s.container.memory.limit.desired k8s.container.memory.request k8s.container.memory.request.current \
    k8s.container.memory.request.desired k8s.container.name k8s.container.ready \
    k8s.container.restart.count k8s.container.restart_count k8s.container.status.last_terminated_reason \
    k8s.container.status.reason k8s.container.status.state k8s.container.storage.limit \
    k8s.container.storage.request k8s.cronjob.active_jobs k8s.cronjob.annotation k8s.cronjob.job.active \
    k8s.cronjob.label k8s.cronjob.name k8s.cronjob.uid k8s.daemonset.annotation \
    k8s.daemonset.current_scheduled_nodes k8s.daemonset.desired_scheduled_nodes k8s.daemonset.label \
    k8s.daemonset.misscheduled_nodes k8s.daemonset.name k8s.daemonset.node.current_scheduled \
    k8s.daemonset.node.desired_scheduled k8s.daemonset.node.misscheduled k8s.daemonset.node.ready \
    k8s.daemonset.ready_nodes k8s.daemonset.uid k8s.deployment.annotation k8s.deployment.available_pods \
    k8s.deployment.desired_pods k8s.deployment.label k8s.deployment.name k8s.deployment.pod.available \
    k8s.deployment.pod.desired k8s.deployment.uid k8s.hpa.current_pods k8s.hpa.desired_pods \
    k8s.hpa.max_pods k8s.hpa.metric.target.cpu.average_utilization \
    k8s.hpa.metric.target.cpu.average_value k8s.hpa.metric.target.cpu.value k8s.hpa.metric.type \
    k8s.hpa.min_pods k8s.hpa.name k8s.hpa.pod.current k8s.hpa.pod.desired k8s.hpa.pod.max k8s.hpa.pod.min \
    k8s.hpa.scaletargetref.api_version k8s.hpa.scaletargetref.kind k8s.hpa.scaletargetref.name \
    k8s.hpa.uid k8s.hugepage.size k8s.job.active_pods k8s.job.annotation k8s.job.desired_successful_pods \
    k8s.job.failed_pods k8s.job.label k8s.job.max_parallel_pods k8s.job.name k8s.job.pod.active \
    k8s.job.pod.desired_successful k8s.job.pod.failed k8s.job.pod.max_parallel k8s.job.pod.successful \
    k8s.job.successful_pods k8s.job.uid k8s.namespace.annotation k8s.namespace.label k8s.namespace.name \
    k8s.namespace.phase k8s.node.allocatable.cpu k8s.node.allocatable.ephemeral_storage \
    k8s.node.allocatable.memory k8s.node.allocatable.pods k8s.node.annotation k8s.node.condition.status \
    k8s.node.condition.type k8s.node.cpu.allocatable k8s.node.cpu.time k8s.node.cpu.usage \
    k8s.node.ephemeral_storage.allocatable k8s.node.filesystem.available k8s.node.filesystem.capacity \
    k8s.node.filesystem.usage k8s.node.label k8s.node.memory.allocatable k8s.node.memory.available \
    k8s.node.memory.paging.faults k8s.node.memory.rss k8s.node.memory.usage k8s.node.memory.working_set \
    k8s.node.name k8s.node.network.errors k8s.node.network.io k8s.node.pod.allocatable \
    k8s.node.system_container.cpu.time k8s.node.system_container.cpu.usage \
    k8s.node.system_container.memory.usage k8s.node.system_container.memory.working_set \
    k8s.node.system_container.name k8s.node.uid k8s.node.uptime k8s.persistentvolume.annotation \
    k8s.persistentvolume.label k8s.persistentvolume.name k8s.persistentvolume.reclaim_policy \
    k8s.persistentvolume.status.phase k8s.persistentvolume.storage.capacity k8s.persistentvolume.uid \
    k8s.persistentvolumeclaim.annotation k8s.persistentvolumeclaim.label k8s.persistentvolumeclaim.name \
    k8s.persistentvolumeclaim.status.phase k8s.persistentvolumeclaim.storage.capacity \
    k8s.persistentvolumeclaim.storage.request k8s.persistentvolumeclaim.uid k8s.pod.annotation \
    k8s.pod.cpu.time k8s.pod.cpu.usage k8s.pod.filesystem.available k8s.pod.filesystem.capacity \
    k8s.pod.filesystem.usage k8s.pod.hostname k8s.pod.ip k8s.pod.label k8s.pod.labels \
    k8s.pod.memory.available k8s.pod.memory.paging.faults k8s.pod.memory.rss k8s.pod.memory.usage \
    k8s.pod.memory.working_set k8s.pod.name k8s.pod.network.errors k8s.pod.network.io k8s.pod.start_time \
    k8s.pod.status.phase k8s.pod.status.reason k8s.pod.uid k8s.pod.uptime k8s.pod.volume.available \
    k8s.pod.volume.capacity k8s.pod.volume.inode.count k8s.pod.volume.inode.free \
    k8s.pod.volume.inode.used k8s.pod.volume.usage k8s.replicaset.annotation \
    k8s.replicaset.available_pods k8s.replicaset.desired_pods k8s.replicaset.label k8s.replicaset.name \
    k8s.replicaset.pod.available k8s.replicaset.pod.desired k8s.replicaset.uid \
    k8s.replication_controller.available_pods k8s.replication_controller.desired_pods \
    k8s.replicationcontroller.available_pods k8s.replicationcontroller.desired_pods \
    k8s.replicationcontroller.name k8s.replicationcontroller.pod.available \
    k8s.replicationcontroller.pod.desired k8s.replicationcontroller.uid k8s.resourcequota.cpu.limit.hard \
    k8s.resourcequota.cpu.limit.used k8s.resourcequota.cpu.request.hard \
    k8s.resourcequota.cpu.request.used k8s.resourcequota.ephemeral_storage.limit.hard \
    k8s.resourcequota.ephemeral_storage.limit.used k8s.resourcequota.ephemeral_storage.request.hard \
    k8s.resourcequota.ephemeral_storage.request.used k8s.resourcequota.hugepage_count.request.hard \
    k8s.resourcequota.hugepage_count.request.used k8s.resourcequota.memory.limit.hard \
    k8s.resourcequota.memory.limit.used k8s.resourcequota.memory.request.hard \
    k8s.resourcequota.memory.request.used k8s.resourcequota.name k8s.resourcequota.object_count.hard \
    k8s.resourcequota.object_count.used k8s.resourcequota.persistentvolumeclaim_count.hard \
    k8s.resourcequota.persistentvolumeclaim_count.used k8s.resourcequota.resource_name \
    k8s.resourcequota.storage.request.hard k8s.resourcequota.storage.request.used k8s.resourcequota.uid \
    k8s.service.annotation k8s.service.endpoint.address_type k8s.service.endpoint.condition \
    k8s.service.endpoint.count k8s.service.endpoint.zone k8s.service.label \
    k8s.service.load_balancer.ingress.count k8s.service.name k8s.service.publish_not_ready_addresses \
    k8s.service.selector k8s.service.traffic_distribution k8s.service.type k8s.service.uid \
    k8s.statefulset.annotation k8s.statefulset.current_pods k8s.statefulset.desired_pods \
    k8s.statefulset.label k8s.statefulset.name k8s.statefulset.pod.current k8s.statefulset.pod.desired \
    k8s.statefulset.pod.ready k8s.statefulset.pod.updated k8s.statefulset.ready_pods k8s.statefulset.uid \
    k8s.statefulset.updated_pods k8s.storageclass.name k8s.volume.name k8s.volume.type \
    log.file.name log.file.name_resolved log.file.path log.file.path_resolved log.iostream \
    log.record.original log.record.uid \
    messaging.batch.message_count messaging.client.consumed.messages messaging.client.id \
    messaging.client.operation.duration messaging.client.published.messages \
    messaging.client.sent.messages messaging.consumer.group.name messaging.destination.anonymous \
    messaging.destination.name messaging.destination.partition.id messaging.destination.subscription.name \
    messaging.destination.template messaging.destination.temporary \
    messaging.destination_publish.anonymous messaging.destination_publish.name \
    messaging.eventhubs.consumer.group messaging.eventhubs.message.enqueued_time \
    messaging.gcp_pubsub.message.ack_deadline messaging.gcp_pubsub.message.ack_id \
    messaging.gcp_pubsub.message.delivery_attempt messaging.gcp_pubsub.message.ordering_key \
    messaging.kafka.consumer.group messaging.kafka.destination.partition messaging.kafka.message.key \
    messaging.kafka.message.offset messaging.kafka.message.tombstone messaging.kafka.offset \
    messaging.message.body.size messaging.message.conversation_id messaging.message.envelope.size \
    messaging.message.id messaging.operation messaging.operation.name messaging.operation.type \
    messaging.process.duration messaging.process.messages messaging.publish.duration \
    messaging.publish.messages messaging.rabbitmq.destination.routing_key \
    messaging.rabbitmq.message.delivery_tag messaging.receive.duration messaging.receive.messages \
    messaging.rocketmq.client_group messaging.rocketmq.consumption_model \
    messaging.rocketmq.message.delay_time_level messaging.rocketmq.message.delivery_timestamp \
    messaging.rocketmq.message.group messaging.rocketmq.message.keys messaging.rocketmq.message.tag \
    messaging.rocketmq.message.type messaging.rocketmq.namespace \
    messaging.servicebus.destination.subscription_name messaging.servicebus.disposition_status \
    messaging.servicebus.message.delivery_count messaging.servicebus.message.enqueued_time \
    messaging.system \
    net.host.ip net.host.name net.host.port net.peer.ip net.peer.name net.peer.port net.protocol.name \
    net.protocol.version net.sock.family net.sock.host.addr net.sock.host.port net.sock.peer.addr \
    net.sock.peer.name net.sock.peer.port net.transport \
    network.carrier.icc network.carrier.mcc network.carrier.mnc network.carrier.name \
    network.connection.state network.connection.subtype network.connection.type network.interface.name \
    network.io.direction network.local.address network.local.port network.peer.address network.peer.port \
    network.protocol.name network.protocol.version network.transport network.type \
    os.build_id os.description os.name os.type os.version \
    otel.component.name otel.component.type otel.event.name otel.library.name otel.library.version \
    otel.scope.name otel.scope.schema_url otel.scope.version otel.sdk.exporter.log.exported \
    otel.sdk.exporter.log.inflight otel.sdk.exporter.metric_data_point.exported \
    otel.sdk.exporter.metric_data_point.inflight otel.sdk.exporter.operation.duration \
    otel.sdk.exporter.span.exported otel.sdk.exporter.span.exported.count otel.sdk.exporter.span.inflight \
    otel.sdk.exporter.span.inflight.count otel.sdk.log.created otel.sdk.metric_reader.collection.duration \
    otel.sdk.processor.log.processed otel.sdk.processor.log.queue.capacity \
    otel.sdk.processor.log.queue.size otel.sdk.processor.span.processed \
    otel.sdk.processor.span.processed.count otel.sdk.processor.span.queue.capacity \
    otel.sdk.processor.span.queue.size otel.sdk.span.ended otel.sdk.span.ended.count otel.sdk.span.live \
    otel.sdk.span.live.count otel.sdk.span.started otel.span.parent.origin otel.span.sampling_result \
    otel.status_code otel.status_description \
    peer.service \
    process.args_count process.command process.command_args process.command_line \
    process.context_switch.type process.context_switches process.cpu.state process.cpu.time \
    process.cpu.utilization process.creation.time process.disk.io process.environment_variable \
    process.executable.build_id.gnu process.executable.build_id.go process.executable.build_id.htlhash \
    process.executable.build_id.profiling process.executable.name process.executable.path \
    process.exit.code process.exit.time process.group_leader.pid process.interactive process.linux.cgroup \
    process.memory.usage process.memory.virtual process.network.io process.open_file_descriptor.count \
    process.owner process.paging.fault_type process.paging.faults process.parent_pid process.pid \
    process.real_user.id process.real_user.name process.runtime.description process.runtime.name \
    process.runtime.version process.saved_user.id process.saved_user.name process.session_leader.pid \
    process.state process.thread.count process.title process.unix.file_descriptor.count process.uptime \
    process.user.id process.user.name process.vpid process.windows.handle.count process.working_directory \
    rpc.client.call.duration rpc.client.duration rpc.client.request.size rpc.client.requests_per_rpc \
    rpc.client.response.size rpc.client.responses_per_rpc rpc.connect_rpc.error_code \
    rpc.connect_rpc.request.metadata rpc.connect_rpc.response.metadata rpc.grpc.request.metadata \
    rpc.grpc.response.metadata rpc.grpc.status_code rpc.jsonrpc.error_code rpc.jsonrpc.error_message \
    rpc.jsonrpc.request_id rpc.jsonrpc.version rpc.message.compressed_size rpc.message.id \
    rpc.message.type rpc.message.uncompressed_size rpc.method rpc.method_original rpc.request.metadata \
    rpc.response.metadata rpc.response.status_code rpc.server.call.duration rpc.server.duration \
    rpc.server.request.size rpc.server.requests_per_rpc rpc.server.response.size \
    rpc.server.responses_per_rpc rpc.service rpc.system rpc.system.name \
    server.address server.port \
    service.criticality service.instance.id service.name service.namespace service.peer.name \
    service.peer.namespace service.version \
    session.id session.previous_id \
    telemetry.distro.name telemetry.distro.version telemetry.sdk.language telemetry.sdk.name \
    telemetry.sdk.version \
    thread.id thread.name \
    tls.cipher tls.client.certificate tls.client.certificate_chain tls.client.hash.md5 \
    tls.client.hash.sha1 tls.client.hash.sha256 tls.client.issuer tls.client.ja3 tls.client.not_after \
    tls.client.not_before tls.client.server_name tls.client.subject tls.client.supported_ciphers \
    tls.curve tls.established tls.next_protocol tls.protocol.name tls.protocol.version tls.resumed \
    tls.server.certificate tls.server.certificate_chain tls.server.hash.md5 tls.server.hash.sha1 \
    tls.server.hash.sha256 tls.server.issuer tls.server.ja3s tls.server.not_after tls.server.not_before \
    tls.server.subject \
    url.domain url.extension url.fragment url.full url.original url.path url.port url.query \
    url.registered_domain url.scheme url.subdomain url.template url.top_level_domain \
    user.email user.full_name user.hash user.id user.name user.roles \
    user_agent.name user_agent.original user_agent.os.name user_agent.os.version \
    user_agent.synthetic.type user_agent.version";
