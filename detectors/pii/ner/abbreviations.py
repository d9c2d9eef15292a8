"""Words of computing, trade and offices that pipelines take for names."""

from __future__ import annotations

_CAPITALS = """
ACL ACM AI ALB AMI AMQP API APM ARM ARN ARP ASCII ASG ASGI AST AWS BGP BIOS CAS CDN CI CI/CD CIDR
CLI CORS CPU CQRS CRC CRD CRM CRUD CSRF CSS CSV CTE CUDA CVE DAG DB DDL DDOS DHCP DKIM DLQ DMA
DMARC DML DMS DNS DOI DOM DSN DTO EBS EC2 ECR ECS EDA EFS EKS ELB ELK EMR EOF ERP ESB ETA ETL FAQ
FIFO FK FPGA FTP GC GCP GCS GIF GKE GPG GPU GRPC GUI GUID HDD HDFS HMAC HPA HPC HSM HTML HTTP
HTTPS IAM ID IDE IDS IMAP IOPS IOT IP IPC IPS ISBN ISMN ISO ISP ISSN JDBC JPEG JS JSON JVM JWT K8S
KMS KPI
KVM LAN LDAP LFS LLM LRU LVM MAC MBR MFA MIME ML MQTT MSK MTU MVC MVP NACL NAS NAT NFS NIC NLB
NLP NOSQL NTP NVME OAUTH OCI ODBC OIDC OKR OLAP OLTP OOM OOP ORM OS OSI OTP PDF PGP PHP PID PK
PNG POC POP3 POSIX PR PVC QA QOS R&D RAID RAM RBAC RCE RDMA RDS REST RFC RFI RFP ROI ROM RPC RPM
RSA RSS RTMP S3 SAML SAN SASL SCP SDK SES SFTP SHA SIEM SKU SLA SLI SLO SMTP SNMP SNS SOAP SOC
SPA SPF SQL SQLI SQS SRE SSD SSE SSH SSL SSM SSO SSR SSRF STDIN STDOUT STS SVG TCP TLS TODO TPM
TPU TSV TTL UAT UDP UI UID URI URL USB UTC UTF UUID UX VAT VCS VLAN VM VPC VPN W3C WAF WAL WAN
WSGI XHR XML XSS YAML ZIP
"""

TECHNICAL = frozenset(_CAPITALS.split())
"""In capitals, as they stand in texts; none is better known as the name of a firm."""

_OF_NUMBERS = """
ABN ACN AFM AMKA ATIN BAN BIC BIN BSN CBU CIF CNP CNPJ CPF CPR CUI CUIL CUIT CURP CVR DNI EAN EIK
EIN EGN EMSO FIN GSTIN GTIN HETU IBAN IMEI IMSI IRD ITIN JMBG LEI MBI MEID MRN NIE NIF NIK NINO NIP
NIR NISS NIT NPI NPWP NRIC OIB PESEL PIN PPS PPSN PTIN REGON RFC RIB RNC RRN RUC RUT SIN SIREN SIRET
SSN SVNR TFN TIN UEN UPC UTR VATIN VIN VKN
"""

NUMBERS = frozenset(_OF_NUMBERS.split())
"""What numbers of people, firms, banks and goods are called; none is better known as a name."""

_OF_PROGRAMS = """
Ajax Angular Ansible Asyncio Bash Bcrypt Bootstrap Celery Classifier Cron Cython Debian Django
Docker Dockerfile Elasticsearch Emacs Ethernet Fastapi Fedora Flask Fortran Git Gitflow GraphQL
Gradle Grafana Grep Hadoop Hdfs Html Http Https Ini Istio Javascript Jinja Jpeg Json Jsonl Jupyter
Keras Kotlin Kubernetes Laravel Latex Linux Makefile Markdown Maven Memcached Middleware Mongodb
Mysql Nginx Node Node.js Npm Numpy Oauth Pandas Perl Php Png Podman Postgres Postgresql Prometheus
Pydantic Pytest Python Pytorch Rabbitmq Readme Redis Regex Scikit Scipy Smtp Spacy Sqlite Ssh Ssl
Svelte Swagger Tcp Tensorflow Terraform Tls Tomcat Traefik Typescript Ubuntu Udp Unicode Unix Urllib
Utils Uvicorn Vim Vuejs Wasm Webpack Websocket Xml Yaml Zookeeper Zsh JSONL README LICENSE CHANGELOG
ONNX
"""

PROGRAMS = frozenset(_OF_PROGRAMS.split())
"""Programs, languages and formats, as sentences write them; nobody has one of them as a name."""
